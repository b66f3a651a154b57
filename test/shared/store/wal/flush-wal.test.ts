import { mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createWalFlush } from '../../../../services/shared/store/wal/flush-wal.js';

interface Flushing {
  readonly descriptor: number;
  readonly end: (error?: Error) => void;
}

/** A flush whose system calls end when the test says so. */
function heldFlush() {
  const path = join(mkdtempSync(join(tmpdir(), 'liaison-wal-')), 'test.db-wal');
  writeFileSync(path, '');
  const calls: Flushing[] = [];
  const failures: string[] = [];
  let commits = 0;
  const flush = createWalFlush({
    path,
    commits: () => commits,
    onFailed: ({ code }) => failures.push(code),
    datasync: (descriptor) =>
      new Promise((resolve, reject) => {
        const end = (error?: Error): void => (error === undefined ? resolve() : reject(error));
        calls.push({ descriptor, end });
      }),
  });
  return { flush, path, calls, failures, commit: () => (commits += 1) };
}

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the flush of a write-ahead log', () => {
  test('a commit is flushed by a call that began after it: one that was under way does not count', async () => {
    const { flush, calls, commit } = heldFlush();
    const order: string[] = [];
    commit();
    void flush.flushed().then(() => order.push('first'));
    await soon();
    commit();
    void flush.flushed().then(() => order.push('second'));
    await soon();
    expect(calls.length).toBe(1);
    calls[0]?.end();
    await soon();
    expect([order, calls.length]).toEqual([['first'], 2]);
    calls[1]?.end();
    await soon();
    expect(order).toEqual(['first', 'second']);
  });

  test('all that is committed during one flush shares the next', async () => {
    const { flush, calls, commit } = heldFlush();
    const waiting = [1, 2, 3, 4].map(async () => {
      commit();
      await flush.flushed();
    });
    await soon();
    calls[0]?.end();
    await soon();
    calls[1]?.end();
    await Promise.all(waiting);
    expect(calls.length).toBeLessThanOrEqual(2);
    await flush.flushed();
    expect(calls.length).toBeLessThanOrEqual(2);
  });

  test('what a killed process committed is flushed before it counts as stored', async () => {
    const { flush, calls } = heldFlush();
    const first = flush.flushed();
    await soon();
    expect(calls.length).toBe(1);
    calls[0]?.end();
    await first;
  });

  test('after a flush that failed nothing counts as flushed, and no flush is tried again', async () => {
    const { flush, calls, failures, commit } = heldFlush();
    commit();
    const refused = [flush.flushed(), flush.flushed()];
    await soon();
    calls[0]?.end(new Error('EIO'));
    for (const one of refused) await expect(one).rejects.toMatchObject({ code: 'disk-failed' });
    await expect(flush.flushed()).rejects.toMatchObject({ code: 'disk-failed' });
    commit();
    await expect(flush.flushed()).rejects.toMatchObject({ code: 'disk-failed' });
    expect([calls.length, failures]).toEqual([1, ['disk-failed']]);
  });

  test('every flush is of the log that was there first; another in its place, or none, is a failure', async () => {
    for (const harm of [
      (path: string) => renameSync(path, `${path}.away`),
      (path: string) => {
        writeFileSync(`${path}.new`, '');
        renameSync(`${path}.new`, path);
      },
    ]) {
      const { flush, path, calls, commit } = heldFlush();
      const flushOnce = async (): Promise<void> => {
        commit();
        const done = flush.flushed();
        await soon();
        calls.at(-1)?.end();
        await done;
      };
      await flushOnce();
      await flushOnce();
      expect(calls[1]?.descriptor).toBe(calls[0]?.descriptor);
      harm(path);
      commit();
      await expect(flush.flushed()).rejects.toMatchObject({ code: 'disk-failed' });
      expect(calls.length).toBe(2);
      await flush.close();
    }
  });
});
