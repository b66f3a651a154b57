import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { requireGateways } from '../../../services/cli/home/run-file.js';
import { homeAt } from '../../../services/shared/runtime/home.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { until } from '../../support/until.js';
import { EUROPOL, hubAdmits, makeSite } from '../org/admit-site.js';
import { runLine } from '../policy/run-line.js';

const folder = mkdtempSync(join(tmpdir(), 'liaison-site-'));
const site = homeAt(join(folder, 'site'));
let child: ChildProcess;
let heard = '';
beforeEach(async () => {
  const welcome = join(folder, 'welcome.json');
  await hubAdmits(homeAt(join(folder, 'hub')), await makeSite(site), welcome);
  expect((await runLine(['org', 'accept', welcome, '--yes'], { home: site })).code).toBe(0);
  const main = join(projectRoot, 'dist/services/cli/main.js');
  child = spawn(process.execPath, [main, 'site', 'start', '--home', site.root]);
  child.stderr?.on('data', (bytes: Buffer) => {
    heard += bytes.toString();
  });
});
afterEach(() => {
  child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

test('`site start`: while the hub does not answer, the gateway runs and takes notices, `status` and `doctor` show why it is not ready, and `tail` says what it may not show', async () => {
  await until('the reason', () => heard.includes('gateway-europol is not ready: unreachable'));
  const url = requireGateways(site).gateways[EUROPOL]!;
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
  const draft = join(projectRoot, 'proto/examples/red.json');
  const submit = ['notice', 'submit', draft, '--org', EUROPOL];
  const { code, stderr } = await runLine(submit, { home: site });
  expect(code, stderr).toBe(0);
  const status = await runLine(['status', '--json'], { home: site });
  expect(JSON.parse(status.stdout)).toMatchObject({
    processes: [{ process: 'gateway-europol', state: 'not-ready', reasons: ['unreachable'], contract: 1 }],
    organisations: [{ org: EUROPOL, outbox: 1, connected: false }],
    directory: { version: 2, staleIn: expect.any(Number) },
    ledger: { records: null },
    policies: { digests: null },
  });
  expect(status.code).toBe(1);
  expect((await runLine(['status'], { home: site })).stdout).toContain('127.0.0.1:9, not connected');
  const looked = await runLine(['doctor', '--json'], { home: site });
  const findings = looked.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly check: string; readonly state: string });
  const stateOf = Object.fromEntries(findings.map(({ check, state }) => [check, state]));
  expect(stateOf).toMatchObject({
    home: 'ok',
    directory: 'ok',
    contract: 'ok',
    keys: 'ok',
    certificate: 'ok',
    gateway: 'bad',
    hub: 'bad',
    releases: 'skip',
    alarms: 'ok',
  });
  expect(looked.code).toBe(1);
  expect(looked.stdout).toContain('openssl s_client -brief -connect 127.0.0.1:9');
  const refused = await runLine(['tail', 'status.denied.interpol.>'], { home: site });
  expect(refused.stderr).toContain('`europol` may not see `status.denied.interpol.>`');
  const past = await runLine(['tail', '--since', '5m'], { home: site });
  expect(past.stderr).toContain('leave out `--since`');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});
