import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { withFileLock } from '../../../services/shared/store/file-lock.js';

const BUILT = join(projectRoot, 'dist/services/shared/store/file-lock.js');
/** A program that reports when it holds the lock, and never releases it. */
const HOLDER = `
  import { withFileLock } from ${JSON.stringify(BUILT)};
  import { writeSync } from 'node:fs';
  withFileLock(process.argv[1], () => {
    writeSync(1, 'held');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
`;

let path: string;
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'liaison-lock-')), 'list.lock');
});
afterEach(() => rmSync(join(path, '..'), { recursive: true }));

async function holder(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', HOLDER, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.stdout !== null) await once(child.stdout, 'data');
  return child;
}

test('withFileLock: throws `busy` while another process holds the lock, and runs once that process is killed', async () => {
  const child = await holder();
  const work = (): string => withFileLock(path, () => 'done');
  expect(work).toThrow(expect.objectContaining({ code: 'busy' }));
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  expect(work()).toBe('done');
});

test('withFileLock: releases the lock when the work fails; the file stays empty with mode 0600', () => {
  const failing = (): never =>
    withFileLock(path, () => {
      throw new Error('no');
    });
  expect(failing).toThrow('no');
  expect(withFileLock(path, () => 1)).toBe(1);
  const { size, mode } = statSync(path);
  expect([size, mode & 0o777]).toEqual([0, 0o600]);
});
