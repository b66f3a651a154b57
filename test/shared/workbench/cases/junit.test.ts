import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { junitXml } from '../../../../services/shared/workbench/cases/junit.js';
import type { CaseResult } from '../../../../services/shared/workbench/cases/run-cases.js';

const held = (name: string): CaseResult => ({
  name,
  place: 'alfa/cases.yaml:12:5',
  decisions: [],
  failures: [],
});
const failed = (name: string, message: string): CaseResult => ({
  ...held(name),
  failures: [{ type: 'case', message, causes: [{ says: message, rules: [] }] }],
});

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
}

const REFERENCE = /&(?:(amp|lt|gt|quot|apos)|#(\d+));/g;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
// The characters that XML 1.0 (2.2) allows in a document.
const CHARS = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;

function decoded(text: string): string {
  expect(text.replaceAll(REFERENCE, '')).not.toMatch(/[<&]/);
  return text.replaceAll(REFERENCE, (_, name: string | undefined, code: string) =>
    name === undefined ? String.fromCodePoint(Number(code)) : NAMED[name]!,
  );
}

/** Parses the XML of the report: elements, attributes, text and references; fails for anything else. */
function read(xml: string): readonly Element[] {
  expect(xml).toMatch(CHARS);
  const elements: { name: string; attributes: Record<string, string>; text: string }[] = [];
  const open: (typeof elements)[number][] = [];
  const tokens = /<(\/?)(\w+)((?: \w+="[^"<]*")*)(\/?)>|([^<]+)/y;
  tokens.lastIndex = '<?xml version="1.0" encoding="UTF-8"?>\n'.length;
  while (tokens.lastIndex < xml.length) {
    const [, close, name = '', written = '', empty, text] = tokens.exec(xml) ?? expect.fail('no XML');
    if (text !== undefined) {
      const inside = open.at(-1);
      if (inside === undefined) expect(text.trim()).toBe('');
      else inside.text += decoded(text);
    } else if (close === '/') expect(open.pop()?.name).toBe(name);
    else {
      const pairs = [...written.matchAll(/ (\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => {
        // Parsers replace these in attributes unless they are references.
        expect(value).not.toMatch(/[\n\r\t]/);
        return [key, decoded(value)] as const;
      });
      expect(new Set(pairs.map(([key]) => key)).size).toBe(pairs.length);
      const element = { name, attributes: Object.fromEntries(pairs), text: '' };
      elements.push(element);
      if (empty !== '/') open.push(element);
    }
  }
  expect(open).toEqual([]);
  return elements;
}

/** Replaces every character that XML excludes by U+FFFD. */
const writable = (text: string): string =>
  text.replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');

describe('JUnit report', () => {
  test('it is well-formed whatever the names of cases are, and holds those names', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(']]>', '<!--', '&amp;', '"/><x y="', '\u0000\u0008\uD800', 'a\r\n\tb', '\uFFFE', '🚓'),
    );
    fc.assert(
      fc.property(hostile, hostile, (name, message) => {
        const xml = junitXml([{ file: name, results: [held(name), failed(name, message)] }]);
        const elements = read(xml);
        const [first, second] = elements.filter((element) => element.name === 'testcase');
        expect(first?.attributes['name']).toBe(writable(name));
        expect(second?.attributes['classname']).toBe(writable(name));
        const failure = elements.find((element) => element.name === 'failure');
        expect(failure?.text).toContain(writable(message));
      }),
    );
  });

  test('it counts failures, names places, and has the same bytes each time', () => {
    const files = [
      { file: 'federation/cases.yaml', results: [held('a')] },
      { file: 'alfa/cases.yaml', results: [held('b'), failed('c', 'wrong')] },
    ];
    const elements = read(junitXml(files));
    expect(elements[0]).toMatchObject({ name: 'testsuites', attributes: { tests: '3', failures: '1' } });
    expect(
      elements.filter(({ name }) => name === 'testsuite').map(({ attributes }) => attributes['failures']),
    ).toEqual(['0', '1']);
    expect(elements.find(({ name }) => name === 'testcase')?.attributes).toEqual({
      classname: 'federation/cases.yaml',
      name: 'a',
      file: 'federation/cases.yaml',
      line: '12',
    });
    expect(elements.at(-1)?.attributes['message']).toBe('alfa/cases.yaml:12:5: wrong');
    expect(junitXml(files)).toBe(junitXml(files));
  });

  test('a report without cases is well-formed too', () => {
    expect(read(junitXml([])).map(({ name }) => name)).toEqual(['testsuites']);
  });
});
