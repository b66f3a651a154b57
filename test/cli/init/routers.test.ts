import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readHomeDirectory } from '../../../services/cli/init/home-directory.js';
import { initDemo } from '../../../services/cli/init/init-demo.js';
import { requireRouters, routersOf } from '../../../services/cli/init/routers.js';
import { errorFrom, isCode } from '../../../services/shared/kernel/errors.js';
import { type Home, homeAt } from '../../../services/shared/runtime/home.js';

let home: Home;
beforeEach(() => {
  home = homeAt(mkdtempSync(join(tmpdir(), 'liaison-')));
});
afterEach(() => rmSync(home.root, { recursive: true, force: true }));

/** Returns the error of starting this number of routers. */
function thrown(wanted: number | undefined): unknown {
  try {
    requireRouters(home, wanted);
  } catch (error) {
    return error;
  }
  return undefined;
}

test('init: a home has one router by default, and each router has a key that the directory lists', async () => {
  await initDemo(home);
  expect(routersOf(home)).toBe(1);
  await initDemo(home, { force: true, routers: 3 });
  expect(routersOf(home)).toBe(3);
  const keys = (await readHomeDirectory(home))?.hub.keys ?? [];
  expect(keys.map(({ kid }) => kid)).toEqual(expect.arrayContaining(['hub:hub:1', 'hub:hub:2', 'hub:hub:3']));
});

test('up: a home with two routers starts with two and refuses another number', async () => {
  await initDemo(home, { routers: 2 });
  expect([thrown(undefined), thrown(2)]).toEqual([undefined, undefined]);
  for (const wanted of [1, 3]) expect(isCode(thrown(wanted), 'usage')).toBe(true);
});

test('up: a home without the key of one of its routers is refused', async () => {
  await initDemo(home, { routers: 2 });
  for (const number of [2, 1]) {
    const path = home.router(number, 'hub.jwk');
    rmSync(path);
    const error = errorFrom(thrown(undefined));
    expect([error.code, error.message]).toEqual(['config-invalid', expect.stringContaining(path)]);
  }
});
