import { expect, test } from 'vitest';
import { freshHome, leftRunning, liaison } from '../../support/federation.js';
import type { BenchAbsenceResult } from './absence-figures.js';

test('bench absence --json: while a gateway is frozen no frame is recorded twice, the router counts what was accepted, and afterwards everything is held once', async () => {
  const home = freshHome();
  const times = ['--before', '4s', '--away', '12s', '--quiet', '3s'];
  const { code, records, stderr } = await liaison(home, [
    'bench',
    'absence',
    ...times,
    '--unsettled',
    '12',
    '--json',
  ]);
  expect(code, stderr).toBe(0);
  const result = records.at(-1) as unknown as BenchAbsenceResult;
  expect(result).toMatchObject({
    bench: 'absence',
    rate: 4,
    recordedTwice: 0,
    missing: 0,
    duplicates: 0,
    unverified: 0,
  });
  expect(result.counted).toBe(result.accepted);
  expect(result.reports).toBeGreaterThan(0);
  expect(result.noticesAway).toBeGreaterThan(0);
  expect(result.settledSeconds).toBeGreaterThan(0);
  expect(result.backlog?.unsettled).toBeGreaterThanOrEqual(12);
  expect(result.backlog?.recoveredSeconds).toBeGreaterThan(0);
  expect(result.figures).toHaveLength(7);
  expect(leftRunning(home)).toEqual([]);
}, 240_000);
