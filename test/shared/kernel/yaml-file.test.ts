import { describe, expect, test } from 'vitest';
import { readYaml } from '../../../services/shared/kernel/yaml-file.js';

/** Returns mappings of one key each, below each other. */
const lines = (count: number): string =>
  Array.from({ length: count }, (_, level) => `${'  '.repeat(level)}a:\n`).join('');

const ALIAS = 'this alias cannot be read: write its value out';

describe('YAML file', () => {
  test('an alias of a plain value is read', () => {
    const { value, faults } = readYaml('alfa/cases.yaml', 'one: &one [a]\ntwo: *one\n');
    expect([value, faults]).toEqual([{ one: ['a'], two: ['a'] }, []]);
  });

  test.each([
    ['stands for a value around itself', 'one: &one\n  two: *one\n', '2:8'],
    ['stands for a value with further aliases', 'one: &one [a]\ntwo: &two [*one, *one]\nsix: *two\n', '3:6'],
    ['is the 100th', `one: &one [a]\ntwo: [${Array(100).fill('*one').join(',')}]\n`, '2:502'],
    [
      'repeats more than 256 Ki characters with those before it',
      `one: &one [${'a, '.repeat(20_000)}]\ntwo: [*one, *one, *one, *one, *one]\n`,
      '2:31',
    ],
    ['is not defined', 'one: *two\n', '1:6'],
  ])('an alias that %s is a fault at its place', (_, text, place) => {
    const { value, faults } = readYaml('alfa/cases.yaml', text);
    expect([value, faults]).toEqual([undefined, [{ path: `alfa/cases.yaml:${place}`, message: ALIAS }]]);
  });

  test('an alias reads the nearest value before it that has its name', () => {
    const { value, faults } = readYaml('a.yaml', 'a: &x 1\nb: *x\nc: &x 2\nd: *x\n');
    expect([value, faults]).toEqual([{ a: 1, b: 1, c: 2, d: 2 }, []]);
  });

  test.each([
    ['line ends', '\n'.repeat(250_000), '200001:1'],
    ['comments', `${'#\n'.repeat(150_000)}a: 1\n`, '100001:1'],
    ['words', `[${'a,'.repeat(100_000)}]`, '1:200000'],
    ['brackets that close nothing', `[${']}'.repeat(120_000)}`, '1:200000'],
  ])('a text of more than 200,000 %s and other marks is a fault where they exceed it', (_, text, place) => {
    expect(readYaml('a.yaml', text).faults).toEqual([
      { path: `a.yaml:${place}`, message: 'more than 200000 words and marks' },
    ]);
  });

  test('the facts about 200 members that each have an agreement with every other are read', () => {
    const ids = Array.from({ length: 200 }, (_, index) => `member-${index}`);
    const facts = `{ name: Police, seat: Here, groups: [all, some], accreditedFor: [basic, more], agreements: [${ids.join(', ')}] }`;
    const { faults } = readYaml('a.yaml', `members:\n${ids.map((id) => `  ${id}: ${facts}\n`).join('')}`);
    expect(faults).toEqual([]);
  });

  const deep = 20_000;
  test.each([
    ['brackets', `a: ${'['.repeat(deep)}`, '1:203'],
    ['closed brackets', `a: b\nc: ${'['.repeat(deep)}${']'.repeat(deep)}`, '2:203'],
    ['brackets after closing ones', `${']'.repeat(300)}\n${'['.repeat(deep)}`, '2:201'],
    ['braces', `a: ${'{b: '.repeat(deep)}`, '1:800'],
    ['lists', `${'- '.repeat(deep)}a\nb: 1\n`, '1:401'],
    ['lists behind a block of text', `- |\n   a\n${'- '.repeat(deep)}a\n`, '3:401'],
    ['lines, each further in', lines(400), '101:202'],
  ])('%s nested more than 200 levels deep are a fault at their place, again and again', (_, text, place) => {
    const path = `alfa/cases.yaml:${place}`;
    for (let times = 0; times < 3; times += 1)
      expect(readYaml('alfa/cases.yaml', text).faults).toEqual([
        { path, message: 'nested more than 200 levels deep' },
      ]);
  });

  test('brackets nested 190 levels deep, and as many as there are behind each other, are read', () => {
    const { value, faults } = readYaml('a.yaml', `a: ${'['.repeat(190)}${']'.repeat(190)}\n`);
    expect([Object.keys(Object(value)), faults]).toEqual([['a'], []]);
    const flat = `{a: [${'[], {b: 1}, "[", '.repeat(2_000)}]}`;
    expect(readYaml('a.yaml', flat).faults).toEqual([]);
  });

  test.each([
    ['below each other', '"a": ?\n'.repeat(deep), '1:6'],
    ['between brackets', `[? ${'a: '.repeat(deep)}`, '1:2'],
  ])('an explicit key is a fault, as such keys nest %s', (_, text, place) => {
    expect(readYaml('a.yaml', text).faults).toEqual([
      { path: `a.yaml:${place}`, message: 'write a key before its colon, without `?`' },
    ]);
  });

  test.each([
    ['words', `[${'a: '.repeat(deep)}`, '1:6'],
    ['brackets', `[${'[]: '.repeat(deep)}`, '1:8'],
    ['braces on lines of their own', `{${'{}:\n'.repeat(deep)}`, '2:3'],
  ])(
    'a second colon of an entry between brackets is a fault, as such entries of %s nest',
    (_, text, place) => {
      expect(readYaml('a.yaml', text).faults).toEqual([
        { path: `a.yaml:${place}`, message: 'a key has one value: write a comma before the next key' },
      ]);
    },
  );

  test.each([
    ['of entries', 'a: [\n  - b: c\n    d: e\n    f: g\n', '2:3'],
    ['of one line', '{a: [- b: c: d]}\n', '1:6'],
    ['of lists', `[${'- '.repeat(deep)}a]\n`, '1:2'],
  ])('a list %s between brackets is a fault at its first dash', (_, text, place) => {
    expect(readYaml('a.yaml', text).faults).toEqual([
      { path: `a.yaml:${place}`, message: 'block collections are not allowed within flow collections' },
    ]);
  });

  test('an entry between brackets whose key or value has brackets is read', () => {
    const text = '{a: {b: [c, d: e]}, f: [{g: h}, {i: j}: k], "l:m": n:o, p: -q - r}\n';
    expect(readYaml('a.yaml', text).faults).toEqual([]);
  });

  test('a text of another version of YAML is a fault, as some values of it cannot be read', () => {
    expect(readYaml('a.yaml', '%YAML 1.1\n---\na: {<<: 1}\n').faults).toEqual([
      { path: 'a.yaml:1:1', message: 'only YAML 1.2 is read' },
    ]);
    expect(readYaml('a.yaml', '%YAML 1.2\n---\na: {<<: 1}\n').faults).toEqual([]);
  });
});
