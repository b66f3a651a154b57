import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { initDemo } from '../../../services/cli/init/init-demo.js';
import { keepDirectoryFresh } from '../../../services/cli/up/renew-directory.js';
import { type Home, homeAt } from '../../../services/shared/runtime/home.js';
import { readDirectory } from '../../../services/shared/trust/read-directory.js';
import { renewalRound } from './renewal-round.js';

const DAY_MS = 86_400_000;
const MADE = new Date('2026-03-01T00:00:00Z');
let home: Home;
beforeEach(async () => {
  home = homeAt(mkdtempSync(join(tmpdir(), 'liaison-renew-')));
  await initDemo(home, { now: MADE });
});
afterEach(() => rmSync(home.root, { recursive: true, force: true }));

/** Looks once, this many days after the first version was signed; returns what was said. */
const lookAfter = (days: number): Promise<readonly string[]> =>
  renewalRound((params) => keepDirectoryFresh(home, params), new Date(MADE.getTime() + days * DAY_MS));

describe('the directory of a federation that runs for longer than a version is valid', () => {
  test('gets its next version when half of that time has passed, and not before, also without the root key', async () => {
    rmSync(home.rootKey);
    expect(await lookAfter(3)).toEqual([]);
    expect((await readDirectory(home)).version).toBe(1);
    expect(await lookAfter(4)).toEqual([]);
    const { version, nextUpdate, signedBy } = await readDirectory(home);
    expect([version, signedBy]).toEqual([2, 'hub:directory:1']);
    expect(nextUpdate).toEqual(new Date(MADE.getTime() + 11 * DAY_MS));
  });

  test('stays as it is where no key may sign it, and the reason is said', async () => {
    rmSync(home.rootKey);
    expect(await lookAfter(3 * 365)).toEqual([expect.stringContaining('the directory cannot be renewed')]);
    expect((await readDirectory(home)).version).toBe(1);
  });
});
