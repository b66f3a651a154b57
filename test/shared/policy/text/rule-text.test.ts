import { expect, test } from 'vitest';
import { lineAndColumn } from '../../../../services/shared/kernel/line-and-column.js';
import { splitRules, unitsOf } from '../../../../services/shared/policy/text/rule-text.js';

test('rule splitter: rules keep their order and place, whatever comments and strings hold', () => {
  const file = [
    '// not a rule; "neither',
    '@id("a;b") // trailing; comment',
    'permit (principal, action, resource) when { "x\\";y" == "//z" };',
    '',
    '  forbid (principal, action, resource);',
    '// the end',
  ].join('\n');
  const rules = splitRules(file);
  expect(rules.map(({ start }) => lineAndColumn(file, start))).toEqual(['2:1', '5:3']);
  expect(rules[0]?.text).toContain('"x\\";y" == "//z" };');
  expect(rules[1]?.text).toBe('forbid (principal, action, resource);');
});

test('rule splitter: eleven rules keep the order in which they were written', () => {
  const file = Array.from(
    { length: 11 },
    (_, index) => `@id("p${index}") permit (principal, action, resource);`,
  ).join(' ');
  expect(splitRules(file).map(({ text }) => /p\d+/.exec(text)?.[0])).toEqual(
    Array.from({ length: 11 }, (_, index) => `p${index}`),
  );
});

test('rule splitter: text after the last semicolon is a rule too, so that its fault is reported', () => {
  expect(splitRules('permit (principal, action, resource); permit').map(({ text }) => text)).toHaveLength(2);
  expect(splitRules('// only a comment\n')).toEqual([]);
});

test('rule splitter: UTF-8 offsets are converted to UTF-16 units', () => {
  expect(unitsOf('é€x', 5)).toBe(2);
});

test('rule splitter: each of 50,000 rules of a file has its place, and places of two files do not mix', () => {
  const file = 'permit (principal, action, resource);\n'.repeat(50_000);
  const places = splitRules(file).map(({ start }) => lineAndColumn(file, start));
  expect(places.map((place) => place.split(':'))).toEqual(places.map((_, index) => [`${index + 1}`, '1']));
  expect([lineAndColumn('a\nbc', 3), lineAndColumn(file, 38), lineAndColumn('a\nbc', 1)]).toEqual([
    '2:2',
    '2:1',
    '1:2',
  ]);
  expect([lineAndColumn('', 0), lineAndColumn('a\n', 2)]).toEqual(['1:1', '2:1']);
});
