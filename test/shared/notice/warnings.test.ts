import { expect, test } from 'vitest';
import { nextWarning, warningsOf } from '../../../services/shared/notice/warnings.js';

const at = (text: string): number => Date.parse(text);
const named = (reviewAt: string | null, endsAt: string): readonly string[] =>
  warningsOf({ reviewAt: reviewAt === null ? null : at(reviewAt), endsAt: at(endsAt) }).map(
    (warning) => `${warning.name} ${new Date(warning.at).toISOString()}`,
  );

test('warnings: local systems are warned of the review, and 4 months, 30 days and 7 days before the end', () => {
  expect(named('2027-03-01T10:00:00Z', '2027-10-31T10:00:00Z')).toEqual([
    'review 2027-03-01T10:00:00.000Z',
    'expiring 2027-06-30T10:00:00.000Z',
    'expiring 2027-10-01T10:00:00.000Z',
    'expiring 2027-10-24T10:00:00.000Z',
  ]);
});

test('warnings: a review at or after the end gives no warning', () => {
  expect(named('2027-10-31T10:00:00Z', '2027-10-31T10:00:00Z')).toHaveLength(3);
  expect(named(null, '2027-10-31T10:00:00Z')).toHaveLength(3);
});

test('warnings: four calendar months before the last days of June is the last of February', () => {
  expect(named(null, '2027-06-30T10:00:00Z')[0]).toBe('expiring 2027-02-28T10:00:00.000Z');
  expect(named(null, '2028-06-30T10:00:00Z')[0]).toBe('expiring 2028-02-29T10:00:00.000Z');
});

test('warnings: only times after the given one are warned of', () => {
  const times = { reviewAt: at('2027-03-01T10:00:00Z'), endsAt: at('2027-10-31T10:00:00Z') };
  expect(nextWarning(times, at('2027-06-30T10:00:00Z'))?.at).toBe(at('2027-10-01T10:00:00Z'));
  expect(nextWarning(times, at('2027-10-24T10:00:00Z'))).toBeUndefined();
});
