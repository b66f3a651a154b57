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

/** A router and nobody else, whose directory in force is of this version. */
async function routerWith(version: number): Promise<RunFile> {
  const server = createServer((_, response) => response.end(`liaison_directory_version ${version}\n`));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const router = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const nowhere = 'http://127.0.0.1:1';
  const others = { nats: 'nats://127.0.0.1:1', monitor: nowhere, auditor: nowhere, gateways: {} };
  return { ...others, pid: process.pid, router, metrics: { router }, processes: { router: process.pid } };
}

describe('the directory, to `doctor`,', () => {
  test('is well where nobody held a newer one', async () => {
    expect(await look()).toMatchObject({ state: 'ok', says: expect.stringContaining('version 1') });
    expect(await look(await routerWith(1), 60_000)).toMatchObject({ state: 'ok' });
  });

  test('that is older than what a process kept is mended by the line that puts the newer one back', async () => {
    const first = readFileSync(home.directory, 'utf8');
    await signHomeDirectory(home, { facts: readFederation(), now });
    const copy = keptDirectory(home.auditorData);
    copyFileSync(home.directory, copy);
    writeFileSync(home.directory, first);
    const finding = await look();
    expect(finding).toMatchObject({ state: 'bad', mend: `cp ${copy} ${home.directory}` });
    expect(finding.says).toContain('version 1 was put back: version 2 was in force');
  });

  test('that is older than what a process elsewhere holds is told of, with who has the newer one', async () => {
    const finding = await look(await routerWith(3));
    expect(finding).toMatchObject({ state: 'bad', says: expect.stringContaining('version 3 that router') });
    expect(finding.mend).toContain('ask for the one that router keeps');
  });

  test('that a process does not take within 10 s is told of, with its log', async () => {
    await signHomeDirectory(home, { facts: readFederation(), now });
    const run = await routerWith(1);
    expect(await look(run, 9_000)).toMatchObject({ state: 'ok' });
    const finding = await look(run, 11_000);
    expect(finding).toMatchObject({ state: 'bad', says: expect.stringContaining('not taken by router') });
    expect(finding.mend).toContain(home.log('router'));
  });
});
