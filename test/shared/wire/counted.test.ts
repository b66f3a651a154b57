import { expect, test } from 'vitest';
import { counted } from '../../../services/shared/wire/counted.js';

test.each([
  [0, '0 notices'],
  [1, '1 notice'],
  [2, '2 notices'],
  [1_234, '1,234 notices'],
])('counted: %d is %s', (count, words) => {
  expect(counted(count, 'notice')).toBe(words);
});

test('counted: an irregular plural is given', () => {
  expect([1, 2].map((count) => counted(count, 'entry', 'entries'))).toEqual(['1 entry', '2 entries']);
});
