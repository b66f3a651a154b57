import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { startFederation as startUp } from '../../services/cli/up/federation.js';
import type { Ports } from '../../services/cli/up/ports.js';
import type { ProcessEvent } from '../../services/cli/up/supervise.js';
import {
  freshHome,
  killAsItStarts,
  leftRunning,
  startFederation,
  type TestFederation,
} from '../support/federation.js';
import { untilWell } from '../support/observe/until-well.js';
import { until } from '../support/until.js';

const homes: ReturnType<typeof freshHome>[] = [];
const aHome = (): ReturnType<typeof freshHome> => {
  const home = freshHome();
  homes.push(home);
  return home;
};
afterAll(() => {
  for (const home of homes) expect(leftRunning(home)).toEqual([]);
});

const nothingRuns = (home: ReturnType<typeof freshHome>): Promise<true> =>
  until('everything to end', () => leftRunning(home).length === 0);

describe('up', () => {
  test('ends with 0 on SIGTERM and keeps ports, keys and streams for the next start, which refuses a second `up` and restarts killed processes', async () => {
    const home = aHome();
    const first = await startFederation({ home });
    const before = first.run();
    expect(await first.stop('SIGTERM')).toMatchObject({ code: 0, signal: null });
    expect(leftRunning(home)).toEqual([]);
    const second = await startFederation({ home });
    const after = second.run();
    expect({ ...after, pid: 0, processes: {} }).toEqual({ ...before, pid: 0, processes: {} });
    expect(second.records().some(({ event }) => event === 'failed')).toBe(false);
    await expectRefused(second);
    await expectRestarts(second);
    expect(await second.stop('SIGINT')).toMatchObject({ code: 0 });
  }, 500_000);

  test('leaves no process running after SIGKILL under traffic; with `--for 1s` starts again on that home and ends with 0', async () => {
    const home = aHome();
    const first = await startFederation({ home, words: ['--rate', '20'] });
    const isUnderWay = (): boolean => first.records().some(({ submitted }) => Number(submitted) > 20);
    await until('traffic to be under way', isUnderWay);
    expect(leftRunning(home).length).toBeGreaterThanOrEqual(7);
    await first.stop('SIGKILL');
    await nothingRuns(home);
    const second = await startFederation({ home, words: ['--no-traffic', '--for', '1s'] });
    expect((await second.ended).code).toBe(0);
  }, 400_000);

  test('chooses another port where another program takes a new one while the auditor starts', {
    tags: ['long'],
  }, async () => {
    const home = aHome();
    const other = createServer();
    const said: string[] = [];
    const portOf = (name: string): number =>
      (JSON.parse(readFileSync(join(home.root, 'ports.json'), 'utf8')) as Ports)[name] ?? 0;
    const takePort = ({ event, process: name }: ProcessEvent): void => {
      if (event === 'started' && name === 'auditor' && !other.listening)
        other.listen(portOf('auditor'), '127.0.0.1');
    };
    const federation = await startUp(home, {
      env: process.env,
      fresh: false,
      afterLoss: false,
      without: ['gateways', 'console'],
      say: (words) => void said.push(words),
      onEvent: takePort,
      stopping: new AbortController().signal,
    });
    try {
      const { port } = other.address() as AddressInfo;
      expect(said).toContain(
        `another program took port \`${port}\` of auditor during the start: other ports are chosen`,
      );
      expect(federation.run.auditor).toBe(`http://127.0.0.1:${portOf('auditor')}`);
      expect(portOf('auditor')).not.toBe(port);
    } finally {
      await federation.stop();
      other.close();
    }
  });

  test.each(['nats-server', 'gateway/main.js', 'simulator/main.js'])(
    'leaves no process running after SIGKILL while `%s` starts',
    async (program) => {
      const home = aHome();
      await killAsItStarts(home, ['--rate', '20'], program);
      await nothingRuns(home);
    },
    300_000,
  );
});

/** A second `up` on the same home is refused, with the process id of the first. */
async function expectRefused(first: TestFederation): Promise<void> {
  const second = await first.cli('up', '--json');
  expect(second.code).toBe(4);
  expect(JSON.parse(second.stderr.trim().split('\n').at(-1) ?? '')).toMatchObject({ code: 'busy' });
  expect(second.stderr).toContain(String(first.pid));
}

/** A killed process is started again, and `run.json` lists its new process id; the broker has one processor. */
async function expectRestarts(federation: TestFederation): Promise<void> {
  for (const name of ['router', 'auditor', 'gateways', 'nats']) {
    const pid = federation.kill(name);
    expect(await federation.pidOf(name, pid)).not.toBe(pid);
  }
  const settings = readFileSync(`/proc/${federation.run().processes['nats']}/environ`, 'utf8').split('\0');
  expect(settings).toContain('GOMAXPROCS=1');
  await untilWell(federation);
}
