import { expect, test } from 'vitest';
import {
  parseDuration,
  parseList,
  parseNumber,
  parseNumbers,
} from '../../../services/cli/terminal/parse-options.js';

test.each([
  ['20s', 20_000],
  ['500ms', 500],
  ['1.5m', 90_000],
  ['2h', 7_200_000],
  ['7', 7_000],
  ['1d', 86_400_000],
])('the time `%s` is %d ms', (text, expected) => {
  expect(parseDuration(text)).toBe(expected);
});

test.each(['', 's', '0s', '-1s', '1w', '1 s', '1e3s'])('`%s` is not a time', (text) => {
  expect(() => parseDuration(text)).toThrow('expected a time');
});

test('numbers keep their bounds', () => {
  expect(parseNumber(1, 5)('5')).toBe(5);
  for (const text of ['0', '6', '1.5', '', 'x', ' '])
    expect(() => parseNumber(1, 5)(text)).toThrow('expected');
});

test('a list gathers what was given once and again', () => {
  expect(parseList('c', parseList('a,b'))).toEqual(['a', 'b', 'c']);
});

test('a list without a name, as of a variable that is empty, is refused', () => {
  for (const empty of ['', ',']) expect(() => parseList(empty)).toThrow('expected one name, or several');
});

test('a list of numbers is one of numbers, each within its bounds', () => {
  expect(parseNumbers(1, 100)('5,25')).toEqual([5, 25]);
  for (const text of ['', '5,', '5,101', '5 25'])
    expect(() => parseNumbers(1, 100)(text)).toThrow('expected');
});
