import fc from 'fast-check';
import { expect, test } from 'vitest';
import { after, isWithin } from '../../../services/shared/notice/duration.js';

test.each([
  ['2026-01-31T10:00:00Z', 'P1M', '2026-02-28T10:00:00Z'],
  ['2028-02-29T10:00:00Z', 'P5Y', '2033-02-28T10:00:00Z'],
  ['2026-11-30T10:00:00Z', 'P3M', '2027-02-28T10:00:00Z'],
  ['2026-12-15T10:00:00Z', 'P2W', '2026-12-29T10:00:00Z'],
  ['2026-12-31T23:59:59Z', 'PT1S', '2027-01-01T00:00:00Z'],
  ['2026-12-31T23:30:00Z', 'PT30M', '2027-01-01T00:00:00Z'],
  ['2026-12-31T23:00:00Z', 'PT1H', '2027-01-01T00:00:00Z'],
  ['2026-03-01T00:00:00Z', 'P30D', '2026-03-31T00:00:00Z'],
])('duration: %s plus %s is %s', (start, duration, end) => {
  expect(after(new Date(start), duration)).toEqual(new Date(end));
});

const start = fc.date({ min: new Date('2020-01-01'), max: new Date('2090-01-01'), noInvalidDate: true });

test('duration: twelve months equal a year from any day, and one more of a unit is always later', () => {
  fc.assert(
    fc.property(start, fc.integer({ min: 1, max: 5 }), (day, years) => {
      expect(after(day, `P${years * 12}M`)).toEqual(after(day, `P${years}Y`));
    }),
  );
  fc.assert(
    fc.property(
      start,
      fc.integer({ min: 1, max: 98 }),
      fc.constantFrom('M', 'D', 'W'),
      (day, count, unit) => {
        expect(after(day, `P${count + 1}${unit}`) > after(day, `P${count}${unit}`)).toBe(true);
      },
    ),
  );
});

test('duration: the start date is not changed', () => {
  const day = new Date('2026-01-31T10:00:00Z');
  after(day, 'P1M');
  expect(day).toEqual(new Date('2026-01-31T10:00:00Z'));
});

test.each([
  ['P60M', 'P5Y', true],
  ['P61M', 'P5Y', false],
  ['P1827D', 'P5Y', false],
  ['PT99999H', 'P5Y', false],
  ['P6M', 'P6M', true],
])('duration: %s is within %s: %s', (shorter, longer, yes) => {
  expect(isWithin(shorter, longer)).toBe(yes);
});
