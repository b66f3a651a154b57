import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { type Json, startFederation } from '../support/federation.js';

/** Allows late settlement on a busy machine: the test checks for lost and repeated notices, not for speed. */
export const PATIENT = { LIAISON_SETTLE_SECONDS: '180' };

/** Kills router, broker and a gateway this often each during `simulate`; nothing may be lost or repeated. */
export async function killProcesses(kills: number): Promise<void> {
  await using federation = await startFederation({ env: PATIENT });
  const simulate = federation.cli('simulate', '--for', `${kills * 4}s`, '--rate', '40', '--json');
  const names = ['router', 'nats', 'gateway'].flatMap((name) => Array.from({ length: kills }, () => name));
  for (const name of names.toSorted(() => Math.random() - 0.5)) {
    await delay(300 + Math.random() * 1_000);
    const gateway = federation.orgs[Math.floor(Math.random() * federation.orgs.length)];
    const victim = name === 'gateway' ? `gateway-${gateway}` : name;
    await federation.pidOf(victim);
    federation.kill(victim);
  }
  const { code, signal, records, stderr } = await simulate;
  const summary = records.at(-1);
  process.stderr.write(`killed ${names.length} times: ${JSON.stringify(summary)}\n`);
  const isOpen = ({ event, reported }: (typeof records)[number]): boolean =>
    event === 'unsettled' || (event === 'unanswered' && reported === false);
  expect(records.filter(isOpen)).toEqual([]);
  expectAllKept(summary, `${code} ${signal} ${stderr}`);
  expect(code).toBe(0);
}

/**
 * Requires that no notice and no section was lost, repeated or leaked, that nothing comes back after its end, that every answer
 * arrived, and that the traffic had actions. `about` is shown with a difference.
 */
export function expectAllKept(summary: Json | undefined, about: string): void {
  expect(summary, about).toMatchObject({
    missing: 0,
    lacking: 0,
    duplicates: 0,
    unverified: 0,
    withheldLeaks: 0,
    overdue: 0,
  });
  expect(summary?.['delivered']).toBeGreaterThan(100);
  for (const count of ['amended', 'withdrawn', 'unsealed', 'restricted'])
    expect(summary?.[count], `${count}: ${JSON.stringify(summary)}`).toBeGreaterThan(0);
}
