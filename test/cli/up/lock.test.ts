import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { lockHome } from '../../../services/cli/up/lock.js';
import { isCode } from '../../../services/shared/kernel/errors.js';
import { homeAt } from '../../../services/shared/runtime/home.js';

const home = homeAt(mkdtempSync(join(tmpdir(), 'liaison-lock-')));
afterAll(() => rmSync(home.root, { recursive: true, force: true }));
const path = join(home.root, 'up.lock');

describe('the lock of a home', () => {
  test('refuses a second `up`, with the process id of the first', () => {
    const lock = lockHome(home);
    expect(() => lockHome(home)).toThrow(expect.objectContaining({ code: 'busy' }));
    try {
      lockHome(home);
    } catch (error) {
      expect(isCode(error, 'busy') && error.message).toContain(String(process.pid));
    }
    lock.release();
  });

  test('can be taken again after its release', () => {
    lockHome(home).release();
    lockHome(home).release();
  });

  test('is taken over from a process that died', () => {
    writeFileSync(path, '2147483646 1\n');
    const lock = lockHome(home);
    expect(readFileSync(path, 'utf8')).toMatch(new RegExp(`^${process.pid} `));
    lock.release();
  });

  test('is not held by another process that got the same process id', () => {
    writeFileSync(path, `${process.pid} 1\n`);
    lockHome(home).release();
  });
});
