import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isInitialised } from '../../../services/cli/init/clear-home.js';
import { initDemo } from '../../../services/cli/init/init-demo.js';
import { prepareHome } from '../../../services/cli/up/prepare-home.js';
import { type Home, homeAt } from '../../../services/shared/runtime/home.js';

let home: Home;
beforeEach(() => {
  home = homeAt(mkdtempSync(join(tmpdir(), 'liaison-clear-')));
});
afterEach(() => rmSync(home.root, { recursive: true, force: true }));

const FOLDERS = ['root', 'logs', 'orgs', 'hub', 'nats', 'auditor'];
const REFUSED = { code: 'config-invalid' };

function strangersFolder(): void {
  for (const name of FOLDERS) {
    mkdirSync(join(home.root, name, 'deep'), { recursive: true });
    writeFileSync(join(home.root, name, 'deep', 'kept'), 'mine');
  }
  writeFileSync(join(home.root, 'ports.json'), 'mine');
}

const everything = (): readonly string[] =>
  readdirSync(home.root, { recursive: true, encoding: 'utf8' }).toSorted();

test('init: a folder that is not a home is never removed, with or without `--force`, nor by `up`', async () => {
  strangersFolder();
  const before = everything();
  await expect(initDemo(home)).rejects.toMatchObject({
    ...REFUSED,
    message: expect.stringMatching(/`hub`, `root`, .*`orgs`/),
  });
  await expect(initDemo(home, { force: true })).rejects.toMatchObject(REFUSED);
  const preparing = { say: () => {}, fresh: false };
  await expect(prepareHome(home, preparing)).rejects.toMatchObject(REFUSED);
  await expect(prepareHome(home, { ...preparing, fresh: true })).rejects.toMatchObject(REFUSED);
  expect(everything()).toEqual(before);
});

test('init: a partly restored home is created again only with `--force`', async () => {
  await initDemo(home);
  rmSync(home.hub('provision'), { recursive: true });
  const key = readFileSync(home.rootKey, 'utf8');
  await expect(initDemo(home)).rejects.toMatchObject({
    ...REFUSED,
    message: expect.stringContaining('restore'),
  });
  expect(readFileSync(home.rootKey, 'utf8')).toBe(key);
  await initDemo(home, { force: true });
  expect(isInitialised(home)).toBe(true);
  expect(readFileSync(home.rootKey, 'utf8')).not.toBe(key);
});

test('init: empty folders are accepted, as a container has one for each mounted volume', async () => {
  for (const name of FOLDERS) mkdirSync(join(home.root, name, 'deep'), { recursive: true });
  await initDemo(home);
  expect(isInitialised(home)).toBe(true);
  expect(existsSync(join(home.root, 'init.unfinished'))).toBe(false);
});
