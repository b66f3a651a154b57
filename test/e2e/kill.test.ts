import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { startFederation } from '../support/federation.js';

/** Times each process is killed; the long form by the flag. */
const KILLS = process.env['LIAISON_LONG'] === '1' ? 100 : 10;
/** What is to be found out is whether all comes through, not how soon on a machine that does other things, too. */
const PATIENT = { LIAISON_SETTLE_SECONDS: '180' };

describe('kill -9 during `simulate`', () => {
  test(`of router, a gateway and nats-server, ${KILLS} times each at random: missing 0, duplicates 0`, async () => {
    await using federation = await startFederation({ env: PATIENT });
    const simulate = federation.cli('simulate', '--for', `${KILLS * 4}s`, '--rate', '40', '--json');
    const names = ['router', 'nats', 'gateway'].flatMap((name) => Array.from({ length: KILLS }, () => name));
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
    expect(summary, `${code} ${signal} ${stderr}`).toMatchObject({
      missing: 0,
      duplicates: 0,
      unverified: 0,
      withheldLeaks: 0,
    });
    expect(summary?.['delivered']).toBeGreaterThan(100);
    expect(code).toBe(0);
  }, 600_000);
});
