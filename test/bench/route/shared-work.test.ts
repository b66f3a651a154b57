import { expect, test } from 'vitest';
import type { BenchResult } from './route-figures.js';
import { freshHome, leftRunning, liaison } from '../../support/federation.js';

test('bench route --routers 2: the result compares two routers with the survivor, and has the cost of the takeover', async () => {
  const home = freshHome();
  const words = ['bench', 'route', '--routers', '2', '--notices', '350', '--json'];
  const { code, records, stderr } = await liaison(home, words);
  expect(code, stderr).toBe(0);
  const { routers, perSecond, refused } = records.at(-1) as unknown as BenchResult;
  expect(routers).toEqual({
    count: 2,
    perSecond: expect.any(Number),
    ratio: expect.any(Number),
    cpu: [expect.any(Number), expect.any(Number)],
    takeover: { waiting: expect.any(Number), seconds: expect.any(Number), held: expect.any(Number) },
  });
  expect(routers?.ratio).toBeCloseTo((routers?.perSecond ?? 0) / perSecond);
  expect(Math.min(...(routers?.cpu ?? []))).toBeGreaterThan(0);
  expect(refused).toBe(0);
  expect(leftRunning(home)).toEqual([]);
});
