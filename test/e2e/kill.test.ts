import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { monitoringAt } from '../../services/shared/bus/monitoring.js';
import { untilFrozen } from '../support/freeze.js';
import { startFederation } from '../support/federation.js';
import { until } from '../support/until.js';

/** Times each process is killed; the long form by the flag. */
const KILLS = process.env['LIAISON_LONG'] === '1' ? 100 : 10;
/** The server writes within two seconds how far a consumer is. */
const WRITTEN_MS = 3_000;
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
    const isOpen = ({ event, reported }: (typeof records)[number]): boolean =>
      event === 'unsettled' || (event === 'unanswered' && reported === false);
    expect(records.filter(isOpen)).toEqual([]);
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

describe('nats-server killed as its queues were emptied, which then number from 1 again', () => {
  test('what is submitted afterwards is delivered all the same, and `up` says what it made anew', async () => {
    await using federation = await startFederation({ env: PATIENT });
    const simulate = (): ReturnType<typeof federation.cli> =>
      federation.cli('simulate', '--count', '60', '--rate', '40', '--rogue', '0', '--json');
    expect((await simulate()).code).toBe(0);
    const queues = federation.orgs.flatMap((org) =>
      [
        ['IN', 'gw'],
        ['OUT', 'router'],
      ].map(([stream = '', consumer = '']) => {
        const folder = federation.home.nats('data', 'jetstream', org, 'streams', stream);
        return { messages: join(folder, 'msgs'), consumer: join(folder, 'obs', consumer, 'o.dat') };
      }),
    );
    const isWritten = ({ consumer }: { readonly consumer: string }): boolean =>
      Date.now() - statSync(consumer).mtimeMs > WRITTEN_MS;
    await until('the consumers to be written', () => queues.every(isWritten));
    // Stopped, `up` does not start it again before its disk is what a kill between two blocks leaves.
    process.kill(federation.pid, 'SIGSTOP');
    await untilFrozen(federation.pid);
    const pid = federation.kill('nats');
    await until('it to be gone', () => isOver(pid));
    for (const { messages } of queues) for (const name of readdirSync(messages)) rmSync(join(messages, name));
    process.kill(federation.pid, 'SIGCONT');
    await federation.pidOf('nats', pid);
    const { code, records, stderr } = await simulate();
    expect(records.at(-1), `${code} ${stderr}`).toMatchObject({ missing: 0, duplicates: 0 });
    expect(code).toBe(0);
    const version = await monitoringAt(federation.run().monitor).version();
    const { stderr: said } = await federation.stop();
    if (version.startsWith('2.10.'))
      expect(said).toMatch(/made anew after the broker ended: .*europol\/IN\/gw/);
  }, 300_000);
});

/** A process that has ended and whose parent has not seen it yet. */
function isOver(pid: number): boolean {
  return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}
