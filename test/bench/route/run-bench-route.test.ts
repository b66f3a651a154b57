import { expect, test } from 'vitest';
import type { BenchLine } from '../measurement.js';
import type { BenchResult } from './route-figures.js';
import { freshHome, leftRunning, liaison } from '../../support/federation.js';
import { expectSound, figuresShape, lineShape } from '../../support/bench-line-shape.js';

const number = expect.any(Number) as number;
const item = {
  bytes: number,
  copies: number,
  perSecond: figuresShape,
  router: figuresShape,
  nats: figuresShape,
};
const steps = { open: number, decide: number, redact: number, sign: number, encode: number };

test('bench route --json: everything goes through, each figure is there, and nothing is left running', async () => {
  const home = freshHome();
  const { code, records, stderr } = await liaison(home, [
    'bench',
    'route',
    '--notices',
    '64',
    '--series',
    '--actions',
    '--json',
  ]);
  expect(code, stderr).toBe(0);
  const line = records.at(-1) as unknown as BenchLine<BenchResult>;
  expect(line).toEqual({
    ...lineShape('route', { nats: true }),
    perSecond: number,
    seconds: number,
    notices: number,
    refused: 0,
    copies: number,
    ratio: number,
    ratioFramed: number,
    cpuPerNoticeInVerifies: number,
    pipe: number,
    pipeFramed: number,
    frames: { median: number, largest: number, counts: expect.any(Object) },
    cpu: { router: number, nats: number, steps },
    peakMiB: { router: number, nats: number },
    actions: {
      rounds: 5,
      items: number,
      actions: item,
      notices: item,
      ratio: figuresShape,
      throughput: figuresShape,
      verbs: expect.any(Object),
      refused: 0,
    },
  });
  const verbs = Object.values(line.actions?.verbs ?? {});
  // Eight notices of each of the seven organisations in six rounds; a few have no recipient to act on.
  expect(verbs.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(200);
  expect(Object.keys(line.actions?.verbs ?? {}).toSorted()).toEqual([
    'extend',
    'restrict',
    'suspend',
    'unseal',
    'withdraw',
  ]);
  // The notices of the warm-up are not counted.
  expect(line.notices).toBeGreaterThan(0);
  expect(line.notices).toBeLessThan(70);
  expectSound(line);
  expect(line.series.map(({ name }) => name)).toEqual([
    'Throughput by frame size',
    'Cost by frame size',
    'Throughput by notice size',
    'Cost by notice size',
  ]);
  expect(line.copies).toBeGreaterThan(1);
  expect(leftRunning(home)).toEqual([]);
});
