import { copyFileSync, readFileSync, renameSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Home } from '../../services/shared/runtime/home.js';
import {
  demoHome,
  type Json,
  removeHome,
  startFederation,
  type TestFederation,
} from '../support/federation.js';
import { until } from '../support/until.js';

let home: Home;
let federation: TestFederation;
/** An older copy of the directory. */
const backup = (): string => join(home.root, 'backup.frame');

beforeAll(async () => {
  home = await demoHome();
  copyFileSync(home.directory, backup());
  federation = await startFederation({ home });
});
afterAll(async () => {
  await federation?.close();
  removeHome(home);
});

const HUB = ['router', 'auditor', 'console'];

function putBack(): void {
  copyFileSync(backup(), `${home.directory}.restored`);
  renameSync(`${home.directory}.restored`, home.directory);
}

async function versions(): Promise<Readonly<Record<string, unknown>>> {
  const { records } = await federation.cli('status', '--json');
  const processes = (records[0]?.['processes'] ?? []) as readonly Json[];
  return Object.fromEntries(processes.map(({ process, directory }) => [String(process), directory]));
}

/** The version that the router uses. */
const inForce = (): Promise<number> =>
  until('the router to answer', async () => {
    const { router } = await versions();
    return typeof router === 'number' && router;
  });

const alarmsOf = (process: string): readonly string[] =>
  readFileSync(home.log(process), 'utf8')
    .split('\n')
    .filter((line) => line.includes('"code":"directory-older"'));

describe('an older directory restored at the hub', () => {
  test('is not used by processes that start with it: each raises an alarm, and `doctor` prints the fix', async () => {
    const newest = await inForce();
    putBack();
    const before = Object.fromEntries(HUB.map((name) => [name, federation.run().processes[name]]));
    // Each process raises the alarm while it runs, and again at its start.
    for (const name of HUB) {
      await until(`${name} to alarm`, () => alarmsOf(name).length > 0 || undefined);
      federation.kill(name);
    }
    for (const name of HUB) {
      await federation.pidOf(name, before[name]);
      await until(`${name} to alarm at its start`, () => alarmsOf(name).length > 1);
    }
    const held = await until('all to answer', async () => {
      const now = await versions();
      return HUB.every((name) => typeof now[name] === 'number') ? now : undefined;
    });
    expect(HUB.map((name) => held[name])).toEqual(HUB.map(() => newest));
    const { records, code } = await federation.cli('doctor', '--no-ping', '--json');
    const finding = records.find(({ check }) => check === 'directory');
    expect([code, finding?.['state']]).toEqual([1, 'bad']);
    execFileSync('sh', ['-c', String(finding?.['mend'])]);
    const found = async (): Promise<Json | undefined> =>
      (await federation.cli('doctor', '--no-ping', '--json')).records.find(
        ({ check }) => check === 'directory',
      );
    await expect.poll(found).toMatchObject({ state: 'ok' });
  }, 500_000);

  test('is not the previous version of the next one that `up` signs, and `up` notes that', async () => {
    const newest = await inForce();
    await federation.stop();
    putBack();
    federation = await startFederation({ home });
    await expect
      .poll(async () => new Set(Object.values(await versions()).filter((one) => one !== null)))
      .toEqual(new Set([newest + 1]));
    const { stderr } = await federation.stop();
    expect(stderr).toContain('older than a kept copy: the next one follows version');
  }, 400_000);
});
