import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { unlessAborted } from '../../../services/shared/kernel/pause.js';

test('unlessAborted: work that ends first is returned or thrown, and leaves no listener on the signal', async () => {
  const { signal } = new AbortController();
  expect(await unlessAborted(Promise.resolve('done'), signal)).toBe('done');
  await expect(unlessAborted(Promise.reject(new Error('failed')), signal)).rejects.toThrow('failed');
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('unlessAborted: an abort before the work or during it ends the wait', async () => {
  const ending = new AbortController();
  const never = new Promise<string>(() => undefined);
  const waiting = unlessAborted(never, ending.signal);
  ending.abort();
  expect(await waiting).toBeUndefined();
  expect(await unlessAborted(never, ending.signal)).toBeUndefined();
});
