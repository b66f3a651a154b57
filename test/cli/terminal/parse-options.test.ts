import { expect, test } from 'vitest';
import { MAX_NUMBER } from '../../../services/shared/kernel/ids.js';
import {
  parseDuration,
  parseList,
  parseNumber,
  parseNoticeName,
  parseNumbers,
} from '../../../services/cli/terminal/parse-options.js';

test.each([
  ['20s', 20_000],
  ['500ms', 500],
  ['1.5m', 90_000],
  ['2h', 7_200_000],
  ['7', 7_000],
  ['1d', 86_400_000],
])('parseDuration: `%s` is %d ms', (text, expected) => {
  expect(parseDuration(text)).toBe(expected);
});

test.each(['', 's', '0s', '-1s', '1w', '1 s', '1e3s'])('parseDuration: refuses `%s`', (text) => {
  expect(() => parseDuration(text)).toThrow('expected a time');
});

test('parseNumber: refuses numbers outside the bounds', () => {
  expect(parseNumber(1, 5)('5')).toBe(5);
  for (const text of ['0', '6', '1.5', '', 'x', ' '])
    expect(() => parseNumber(1, 5)(text)).toThrow('expected');
});

test('parseList: collects repeated and comma-separated values', () => {
  expect(parseList('c', parseList('a,b'))).toEqual(['a', 'b', 'c']);
});

test('parseList: refuses an empty list, such as that of an empty variable', () => {
  for (const empty of ['', ',']) expect(() => parseList(empty)).toThrow('expected one name, or several');
});

test('parseNumbers: refuses a list with a number outside the bounds', () => {
  expect(parseNumbers(1, 100)('5,25')).toEqual([5, 25]);
  for (const text of ['', '5,', '5,101', '5 25'])
    expect(() => parseNumbers(1, 100)(text)).toThrow('expected');
});

test.each(['e735c36b95a5', 'e735c36b95a5.1', `01a21070-bbba-74cf-9b6c-e735c36b95a5.${MAX_NUMBER}`])(
  'parseNoticeName: accepts `%s`',
  (name) => expect(parseNoticeName(name)).toBe(name),
);

test.each(['', 'a.0', 'a.', 'x', 'a.1.2', 'a.12345678901234567'])('parseNoticeName: refuses `%s`', (name) => {
  expect(() => parseNoticeName(name)).toThrow('expected the id of a notice');
});
