import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { monitoringAt } from '../../../services/shared/bus/monitoring.js';
import { untilFrozen } from '../../support/processes/freeze.js';
import { startFederation } from '../../support/federation.js';
import { until } from '../../support/until.js';
import { killProcesses, PATIENT } from './kill-processes.js';

const KILLS = 2;
/** The server writes the position of a consumer to disk within two seconds. */
const WRITTEN_MS = 3_000;

test(
  `kill -9 of router, a gateway and nats-server during \`simulate\`, ${KILLS} times each at random: missing 0, duplicates 0`,
  () => killProcesses(KILLS),
  1_200_000,
);

describe('a nats-server killed after its queues were emptied, which then numbers from 1 again', () => {
  test('still delivers what is submitted afterwards, and `up` reports the replaced consumers', {
    tags: ['long'],
  }, async () => {
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
    // Stops `up`, so that it does not restart the server before its disk looks as after a kill between two blocks.
    process.kill(federation.pid, 'SIGSTOP');
    await untilFrozen(federation.pid);
    const pid = federation.kill('nats');
    await until('nats-server to end', () => isOver(pid));
    for (const { messages } of queues) for (const name of readdirSync(messages)) rmSync(join(messages, name));
    process.kill(federation.pid, 'SIGCONT');
    await federation.pidOf('nats', pid);
    const { code, records, stderr } = await simulate();
    expect(records.at(-1), `${code} ${stderr}`).toMatchObject({ missing: 0, duplicates: 0 });
    expect(code).toBe(0);
    const version = await monitoringAt(federation.run().monitor).version();
    const { stderr: said } = await federation.stop();
    if (version.startsWith('2.10.'))
      expect(said).toMatch(/replaced after the broker ended: .*europol\/IN\/gw/);
  });
});

/** Returns true for a process that ended and was not reaped yet. */
function isOver(pid: number): boolean {
  return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}
