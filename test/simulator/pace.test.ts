import { expect, test } from 'vitest';
import { restAfter } from '../../services/simulator/pace.js';

test('a rest is six times as long as the work before it, and 300 ms at the most: idle time was no work', () => {
  expect([10, 50, 60_000].map(restAfter)).toEqual([60, 300, 300]);
});
