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
  test('a second `up` on one home is refused with the pid of the first', () => {
    const lock = lockHome(home);
    expect(() => lockHome(home)).toThrow(expect.objectContaining({ code: 'busy' }));
    try {
      lockHome(home);
    } catch (error) {
      expect(isCode(error, 'busy') && error.message).toContain(String(process.pid));
    }
    lock.release();
  });

  test('released, it can be taken again', () => {
    lockHome(home).release();
    lockHome(home).release();
  });

  test('what a dead process left is taken over', () => {
    writeFileSync(path, '2147483646 1\n');
    const lock = lockHome(home);
    expect(readFileSync(path, 'utf8')).toMatch(new RegExp(`^${process.pid} `));
    lock.release();
  });

  test('a pid that is used again by another process does not hold the lock', () => {
    writeFileSync(path, `${process.pid} 1\n`);
    lockHome(home).release();
  });
});
