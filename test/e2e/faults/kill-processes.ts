import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { unreadyProcesses } from '../../../services/cli/up/readiness.js';
import { type Json, startFederation, type TestFederation } from '../../support/federation.js';
import { exampleDraft, localSystems } from '../../support/notices.js';
import { until } from '../../support/until.js';

/** Allows late settlement on a busy machine: the test checks for lost and repeated notices, not for speed. */
export const PATIENT = { LIAISON_SETTLE_SECONDS: '180' };

/** Kills at random times between two pauses in which everything runs, so that notices settle and are acted on. */
const KILLS_IN_A_ROW = 3;
const READY_MS = 120_000;

/** Kills router, broker and a gateway this often each during `simulate`; nothing may be lost or repeated. */
export async function killProcesses(kills: number): Promise<void> {
  await using federation = await startFederation({ env: PATIENT, separate: true });
  const simulate = federation.cli('simulate', '--for', `${kills * 10}s`, '--rate', '20', '--json');
  const names = ['router', 'nats', 'gateway'].flatMap((name) => Array.from({ length: kills }, () => name));
  for (const [at, name] of names.toSorted(() => Math.random() - 0.5).entries()) {
    if (at % KILLS_IN_A_ROW === 0) await rest(federation);
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
  expectActions(summary);
  expect(code).toBe(0);
}

/** Waits until every process serves and a notice of each of two organisations has been sent, received and settled. */
async function rest(federation: TestFederation): Promise<void> {
  const isReady = async (): Promise<boolean> => (await unreadyProcesses(federation.run())).length === 0;
  await until('every process to serve', isReady, READY_MS);
  const systems = localSystems(federation).slice(0, 2);
  await Promise.all(
    systems.map(async (system) => system.settled(await system.submit(exampleDraft('green')))),
  );
}

/**
 * Requires that no notice and no section was lost, repeated or leaked, that nothing comes back after its end, and that every
 * answer arrived. `about` is shown with a difference.
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
}

/** Requires that the traffic had actions: how many there are depends on how soon notices settle between the kills. */
function expectActions(summary: Json | undefined): void {
  const counts = ['amended', 'withdrawn', 'unsealed', 'restricted'].map((name) => Number(summary?.[name]));
  expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
}
