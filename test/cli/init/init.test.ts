import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EXIT } from '../../../services/cli/terminal/exit-codes.js';
import { lockHome } from '../../../services/cli/up/lock.js';
import { type Home, homeAt } from '../../../services/shared/runtime/home.js';
import { type Ran, runLine } from '../policy/run-line.js';

let home: Home;
beforeEach(() => {
  home = homeAt(mkdtempSync(join(tmpdir(), 'liaison-init-')));
});
afterEach(() => rmSync(home.root, { recursive: true, force: true }));

const init = (...words: readonly string[]): Promise<Ran> => runLine(['init', '--demo', ...words], { home });

describe('init locks the home as `up` does', () => {
  test('and creates nothing while an `up` starts, with or without `--compose`', async () => {
    expect((await init()).code).toBe(EXIT.yes);
    const key = readFileSync(home.rootKey, 'utf8');
    const lock = lockHome(home);
    for (const more of [[], ['--compose']]) {
      expect((await init('--force', ...more)).stderr).toContain(`in use by process ${process.pid}`);
    }
    lock.release();
    expect(readFileSync(home.rootKey, 'utf8')).toBe(key);
    expect((await init('--force')).code).toBe(EXIT.yes);
  });

  test('and of two concurrent calls one creates the home, the other is refused', async () => {
    const ran = await Promise.all([init(), init()]);
    expect(ran.map(({ code }) => code).toSorted()).toEqual([EXIT.yes, EXIT.unreachable]);
    expect(ran.map(({ stderr }) => stderr).join('')).toContain('in use by process');
  });
});
