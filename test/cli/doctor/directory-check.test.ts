import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { CheckFinding } from '../../../services/cli/doctor/check.js';
import { directory } from '../../../services/cli/doctor/directory-check.js';
import { readFederation, signHomeDirectory } from '../../../services/cli/init/home-directory.js';
import { initDemo } from '../../../services/cli/init/init-demo.js';
import type { RunFile } from '../../../services/cli/home/run-file.js';
import { type Home, homeAt } from '../../../services/shared/runtime/home.js';
import { keptDirectory } from '../../../services/shared/trust/kept-directory.js';

const now = new Date();
let home: Home;
beforeEach(async () => {
  home = homeAt(mkdtempSync(join(tmpdir(), 'liaison-doctor-')));
  await initDemo(home, { now });
});
afterEach(() => rmSync(home.root, { recursive: true, force: true }));

const look = (run?: RunFile, later = 0): Promise<CheckFinding> | CheckFinding =>
  directory.look({ home, env: {}, run, now: new Date(now.getTime() + later) });

/** Starts a router whose directory has this version; no other process runs. */
async function routerWith(version: number): Promise<RunFile> {
  const server = createServer((_, response) => response.end(`liaison_directory_version ${version}\n`));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const router = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const nowhere = 'http://127.0.0.1:1';
  const others = { nats: 'nats://127.0.0.1:1', monitor: nowhere, auditor: nowhere, gateways: {} };
  return { ...others, pid: process.pid, router, metrics: { router }, processes: { router: process.pid } };
}

describe('the `directory` check of `doctor`', () => {
  test('passes when no process holds a newer version', async () => {
    expect(await look()).toMatchObject({ state: 'ok', says: expect.stringContaining('version 1') });
    expect(await look(await routerWith(1), 60_000)).toMatchObject({ state: 'ok' });
  });

  test('suggests to copy the newer version that a process of this home kept', async () => {
    const first = readFileSync(home.directory);
    await signHomeDirectory(home, { facts: readFederation(), now });
    const copy = keptDirectory(home.auditorData);
    copyFileSync(home.directory, copy);
    writeFileSync(home.directory, first);
    const finding = await look();
    expect(finding).toMatchObject({ state: 'bad', mend: `cp ${copy} ${home.directory}` });
    expect(finding.says).toContain('version 1 is older than version 2, which was already in force');
  });

  test('reports a newer version at a process elsewhere, with the name of the process', async () => {
    const finding = await look(await routerWith(3));
    expect(finding).toMatchObject({ state: 'bad', says: expect.stringContaining('version 3 that router') });
    expect(finding.mend).toContain('get the copy that router keeps');
  });

  test('reports a process that does not accept the directory within 10 s, with its log', async () => {
    await signHomeDirectory(home, { facts: readFederation(), now });
    const run = await routerWith(1);
    expect(await look(run, 9_000)).toMatchObject({ state: 'ok' });
    const finding = await look(run, 11_000);
    expect(finding).toMatchObject({ state: 'bad', says: expect.stringContaining('not used by router') });
    expect(finding.mend).toContain(home.log('router'));
  });
});
