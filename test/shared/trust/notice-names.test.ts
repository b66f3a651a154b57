import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { newNoticeId, numberAfter } from '../../../services/shared/trust/notice-names.js';

interface Vectors {
  readonly numbers: readonly Readonly<Record<'last' | 'time' | 'least' | 'most', number>>[];
}

const file = new URL('../../../proto/vectors/number.json', import.meta.url);
const { numbers } = JSON.parse(readFileSync(file, 'utf8')) as Vectors;

describe('the number of a revision', () => {
  test.each(numbers)('after $last at $time is $least to $most', ({ last, time, least, most }) => {
    const given = Array.from({ length: 5_000 }, () => numberAfter(last, new Date(time)));
    expect(Math.min(...given)).toBeGreaterThanOrEqual(least);
    expect(Math.max(...given)).toBeLessThanOrEqual(most);
    expect(new Set(given).size === 1).toBe(least === most);
  });

  test('is an integer that JSON carries exactly until the year 144680', () => {
    const last = new Date('+144680-01-01T00:00:00Z');
    expect(numberAfter(0, last)).toBeLessThanOrEqual(2 ** 52);
  });
});

test('ids of one millisecond share only their time: none reveals how many others were made', () => {
  const now = new Date('2026-11-28T10:00:00.123Z');
  const ids = Array.from({ length: 200 }, () => newNoticeId(now).replaceAll('-', ''));
  // A library's counter starts at a random value and rises by one, so that consecutive ids would share its upper bits.
  const heads = ids.map((id) => id.slice(13, 16));
  const repeats = heads.filter((head, at) => head === heads[at - 1]);
  expect(repeats.length).toBeLessThan(10);
  expect(new Set(ids.map((id) => id.slice(0, 12))).size).toBe(1);
});
