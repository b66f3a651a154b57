import { expect, test } from 'vitest';
import { createSignInCodes } from '../../../services/console/session/sign-in-codes.js';

const MINUTE = 60_000;

test('sign-in codes: a code signs its caller in once', () => {
  const codes = createSignInCodes(() => new Date(0));
  const code = codes.issue('a');
  expect(codes.take('x'.repeat(43))).toBeUndefined();
  expect(codes.take(code)).toBe('a');
  expect(codes.take(code)).toBeUndefined();
});

test('sign-in codes: a code ends after ten minutes', () => {
  let now = 0;
  const codes = createSignInCodes(() => new Date(now));
  const [first, second] = [codes.issue('a'), codes.issue('a')];
  now = 10 * MINUTE - 1;
  expect(codes.take(first)).toBe('a');
  now = 10 * MINUTE;
  expect(codes.take(second)).toBeUndefined();
});

test('sign-in codes: a fifth unused code of one caller ends the oldest, and those of others stay', () => {
  const codes = createSignInCodes(() => new Date(0));
  const other = codes.issue('b');
  const issued = Array.from({ length: 6 }, () => codes.issue('a'));
  expect(issued.map((code) => codes.take(code))).toEqual([undefined, undefined, 'a', 'a', 'a', 'a']);
  expect(codes.take(other)).toBe('b');
});
