import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Http, listen } from '../../../services/router/observe/http.js';
import { homeAt } from '../../../services/shared/runtime/home.js';
import { NOTHING_ADOPTED } from '../../../services/shared/wire/shown-adoption.js';
import { alarmsFor } from '../../support/alarms-for.js';
import { runLine } from '../policy/run-line.js';

/** Nobody listens here. */
const AWAY = 'http://127.0.0.1:1';
const home = homeAt(join(mkdtempSync(join(tmpdir(), 'acknowledge-')), 'home'));
const alarms = alarmsFor();
let router: Http;

beforeAll(async () => {
  expect((await runLine(['init', '--demo'], { home })).code).toBe(0);
  router = await listen({ host: '127.0.0.1', hostNames: [], port: 0, alarms }, () => ({
    readiness: () => ({ reasons: [], policies: {}, adoption: NOTHING_ADOPTED }),
    members: () => ({}),
  }));
  const run = {
    pid: process.pid,
    nats: 'nats://127.0.0.1:1',
    auditor: AWAY,
    router: router.url,
    monitor: AWAY,
  };
  writeFileSync(
    home.run,
    JSON.stringify({ ...run, gateways: {}, metrics: {}, processes: { router: process.pid } }),
  );
});
afterAll(async () => {
  await router.close();
  rmSync(join(home.root, '..'), { recursive: true });
});

const acknowledge = (...words: readonly string[]) => runLine(['alarm', 'acknowledge', ...words], { home });

async function shown(): Promise<readonly unknown[]> {
  const { stdout } = await runLine(['status', '--json'], { home });
  const { alarms: found } = JSON.parse(stdout) as { readonly alarms: readonly { acknowledged: unknown }[] };
  return found.map(({ acknowledged }) => acknowledged);
}

test('alarm acknowledge: status says who looked at an alarm and why, until it is raised again', async () => {
  alarms.raise('foreign-record', { code: 'record-foreign' });
  expect(await shown()).toEqual([null]);
  const words = ['foreign-record', '--reason', 'our own test', '--by', 'A. Example'];
  expect(await acknowledge(...words)).toMatchObject({
    code: 0,
    stdout: 'acknowledged foreign-record at router by A. Example\n',
  });
  expect(await shown()).toMatchObject([{ by: 'A. Example', reason: 'our own test' }]);
  const doctor = await runLine(['doctor', '--no-ping', '--json'], { home });
  expect(doctor.stdout).toContain('acknowledged by A. Example: our own test');
  expect(readFileSync(home.acknowledged, 'utf8')).toContain('"alarm":"foreign-record"');
  alarms.raise('foreign-record', { code: 'record-foreign' });
  expect(await shown()).toEqual([null]);
});

test('alarm acknowledge: an alarm that no process shows, and an empty reason, are refused', async () => {
  const wrong = await acknowledge('log-forked', '--reason', 'nothing');
  expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('`log-forked`')]);
  const other = await acknowledge('foreign-record', '--reason', 'x', '--process', 'router-2');
  expect(other.code).toBe(1);
  expect((await acknowledge('foreign-record', '--reason', '')).code).toBe(2);
});
