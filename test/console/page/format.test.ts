import { describe, expect, test } from 'vitest';
import { remaining } from '../../../services/console/page/format.js';

const DAY = 86_400_000;

describe('remaining', () => {
  test.each([
    [7 * DAY - 1, '6 d'],
    [7 * DAY, '7 d'],
    [DAY - 1, '23 h'],
    [3_599_999, '59 min'],
    [59_999, '59 s'],
  ])('rounds down: %d ms is %s', (ms, words) => {
    expect(remaining(ms)).toBe(words);
  });
});
