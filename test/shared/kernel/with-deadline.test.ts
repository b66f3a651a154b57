import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, onTestFinished, test } from 'vitest';
import { withDeadline } from '../../../services/shared/kernel/with-deadline.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';

/** Resolves with `aborted` when the signal aborts; nothing else refers to the signal. */
const aborted = (signal: AbortSignal): Promise<string> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve('aborted')));

test('withDeadline: the deadline comes although garbage is collected while the work waits', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const collecting = setInterval(collect, 20);
  onTestFinished(() => clearInterval(collecting));
  const { signal } = new AbortController();
  expect(await withDeadline({ signal, ms: 300 }, aborted)).toBe('aborted');
});

test('withDeadline: an end of the signal ends the work at once, also one from before', async () => {
  const ending = new AbortController();
  const work = withDeadline({ signal: ending.signal, ms: 100_000 }, aborted);
  ending.abort();
  expect(await work).toBe('aborted');
  const isOver = async (soon: AbortSignal): Promise<boolean> => soon.aborted;
  expect(await withDeadline({ signal: ending.signal, ms: 100_000 }, isOver)).toBe(true);
});

test('withDeadline: nothing in services/ combines `AbortSignal.any` with `AbortSignal.timeout`, which garbage collection disarms', () => {
  const services = join(projectRoot, 'services');
  const files = readdirSync(services, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.tsx?$/.test(path),
  );
  const combined = /AbortSignal\.any\([^;]*AbortSignal\.timeout\(/;
  expect(files.length).toBeGreaterThan(500);
  expect(files.filter((path) => combined.test(readFileSync(join(services, path), 'utf8')))).toEqual([]);
});
