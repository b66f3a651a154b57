import { describe, expect, test } from 'vitest';
import { check } from '../check/lint.js';

const NOTICES = [
  'notices:',
  '  red: { example: red }',
  '  listed: { example: red, header: { addressees: [bravo] } }',
  '  withheld: { example: red, header: { excluded: [bravo] } }',
];

/** Returns the findings about alfa's cases, as `lint line message`; the one case is in line 6. */
function found(words: string, owner = 'alfa'): readonly string[] {
  const text = [...NOTICES, 'cases:', `  - { name: n, ${words} }`, ''].join('\n');
  const path = `${owner}/cases.yaml`;
  return check({ [path]: text })
    .filter((finding) => finding.path === path)
    .map(({ lint, line, message }) => `${lint} ${line} ${message}`);
}

describe('policy check, on a case that tests the rules of another organisation', () => {
  test('the export of another originator is a warning', () => {
    expect(found('from: bravo, notice: red, layer: export, expect: { alfa: deny }')).toEqual([
      'idle-case 6 the case tests the export of `bravo`, and no rule of `alfa`',
    ]);
  });

  test('the imports of others, of a notice of its own, are a warning', () => {
    expect(found('from: alfa, notice: red, layer: import, expect: { others: deny }')).toEqual([
      'idle-case 6 the case tests what others import, and no rule of `alfa`',
    ]);
  });

  test.each([
    'from: alfa, notice: red, layer: export, expect: { others: deny }',
    'from: bravo, notice: red, layer: import, expect: { alfa: deny }',
    'from: bravo, notice: red, expect: { alfa: deny }',
  ])('its own export and import are no finding: %s', (words) => {
    expect(found(words)).toEqual([]);
  });

  test('the federation may test every layer of every member', () => {
    const words = 'from: bravo, notice: red, layer: export, expect: { others: deny }';
    expect(found(words, 'federation')).toEqual([]);
  });
});

describe('policy check, on an expectation that matches no recipient', () => {
  test.each([
    ['from: bravo, notice: red, expect: { alfa: deny, charlie: deny }', 'charlie'],
    ['from: alfa, notice: red, expect: { alfa: deny, others: deny }', 'alfa'],
    ['from: alfa, notice: red, expect: { bravo: deny, charlie: deny, others: deny }', 'others'],
  ])('it is a warning: %s', (words, name) => {
    expect(found(words)).toEqual([
      expect.stringContaining(`idle-case 6 \`${name}\` is no recipient in this case`),
    ]);
  });
});

describe('policy check, on `deny` for a recipient about whom the rules are not asked', () => {
  test.each([
    ['from: alfa, notice: listed, expect: { bravo: deny, charlie: deny }', 'not-addressed', 'charlie'],
    ['from: alfa, notice: listed, expect: { bravo: deny, others: deny }', 'not-addressed', 'others'],
    ['from: alfa, notice: withheld, expect: { bravo: deny, others: deny }', 'excluded', 'bravo'],
  ])('it is a warning that names the reason: %s', (words, because, name) => {
    expect(found(words)).toEqual([expect.stringMatching(new RegExp(`^idle-case 6 .*${name}.*${because}`))]);
  });

  test.each([
    'from: alfa, notice: listed, expect: { bravo: deny, charlie: { because: not-addressed } }',
    'from: alfa, notice: listed, expect: { others: deny }',
    'from: alfa, notice: red, expect: { others: deny }',
  ])('a recipient about whom they are asked is no finding: %s', (words) => {
    expect(found(words)).toEqual([]);
  });
});
