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

test('`site start`: while the hub does not answer, the gateway runs and takes notices, and `status` too shows why it is not ready', async () => {
  await until('the reason', () => heard.includes('gateway-europol is not ready: unreachable'), 20_000);
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
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
}, 60_000);
