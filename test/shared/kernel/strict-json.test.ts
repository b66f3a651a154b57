import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isCode, LiaisonError } from '../../../services/shared/kernel/errors.js';
import { jsonFaultIn } from '../../../services/shared/kernel/json-fault.js';
import { parseStrictJson } from '../../../services/shared/kernel/strict-json.js';

const LIMITS = { bytes: 262_144, depth: 16, nodes: 5_000 };

function refusal(source: string | Uint8Array): LiaisonError {
  try {
    parseStrictJson(source);
  } catch (error) {
    if (error instanceof LiaisonError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

const HOSTILE: Readonly<Record<string, string>> = {
  'a duplicate key': '{"a":1,"a":1}',
  'a duplicate key, once escaped': '{"a":1,"\\u0061":1}',
  'a duplicate key far inside': '{"x":[{"y":{"k":1,"l":[],"k":2}}]}',
  'a duplicate key with white space before the colon': '{"a"\n\t :1,"a" :2}',
  'a duplicate key beside a string that looks like one': '{"s":"\\":","a":1,"a":2}',
  'a duplicate integer-like key': '{"1":1,"1":2}',
  'a duplicate empty key': '{"":1,"":2}',
  __proto__: '{"__proto__":{"admin":true}}',
  '__proto__, escaped': '{"\\u005f_proto__":1}',
  constructor: '{"a":{"constructor":1}}',
  prototype: '[{"prototype":1}]',
  'a lone high surrogate, escaped': '"\\ud800"',
  'a lone low surrogate, escaped': '{"a":"x\\udc00y"}',
  'surrogates in the wrong order': '"\\udc00\\ud800"',
  'a lone surrogate in a key': '{"\\ud800":1}',
  'a lone surrogate, raw': '"\ud800"',
  'a raw NUL': '"\0"',
  'an escaped NUL': '"\\u0000"',
  'an escaped NUL in a key': '{"a\\u0000":1}',
  '-0': '[-0]',
  '-0.0': '{"a":-0.0}',
  '-0e5': '-0e5',
  'a number so small that it becomes -0': '-1e-999',
  infinity: '1e999',
  'an unsafe integer': '9007199254740993',
  'an unsafe integer written as a fraction': '9007199254740993.0',
  'a negative unsafe integer': '[-9007199254740992]',
  'arrays 17 deep': `${'['.repeat(17)}${']'.repeat(17)}`,
  'objects 17 deep': `${'{"a":'.repeat(17)}1${'}'.repeat(17)}`,
  'arrays 100,000 deep': `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
  '5,001 values': `[${Array.from({ length: 5_000 }, () => 0).join(',')}]`,
  'more than 256 KiB': JSON.stringify('x'.repeat(262_143)),
};

const MALFORMED: Readonly<Record<string, string | Uint8Array>> = {
  nothing: '',
  'a byte order mark': '\ufeff{}',
  'a byte order mark in bytes': Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d),
  'a trailing comma': '[1,]',
  'a trailing comma in an object': '{"a":1,}',
  'two values': '{} {}',
  'a comment': '{/**/}',
  'single quotes': "{'a':1}",
  'a bare key': '{a:1}',
  'a raw control character': '"\u0001"',
  'a no-break space': '[1]\u00a0',
  'a leading zero': '01',
  'a plus sign': '+1',
  'a bare point': '.5',
  hexadecimal: '0x10',
  NaN: 'NaN',
  'an unfinished string': '"abc',
  'an unfinished escape': '"\\u12"',
  'an unknown escape': '"\\x41"',
  'an unclosed array': '[1',
  'an unclosed object': '{"a":1',
  'bad UTF-8': Uint8Array.of(0x22, 0xc3, 0x28, 0x22),
  'overlong UTF-8': Uint8Array.of(0x22, 0xc0, 0xaf, 0x22),
  'a surrogate in UTF-8': Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22),
  'UTF-16': Buffer.from('{}', 'utf16le'),
};

describe('strict JSON', () => {
  test.each(Object.entries(HOSTILE))('%s is refused as hostile', (_name, text) => {
    expect(refusal(text).code).toBe('json-hostile');
  });

  test.each(Object.entries(MALFORMED))('%s is refused as malformed', (_name, source) => {
    expect(refusal(source).code).toBe('json-malformed');
  });

  test.each([
    ['{"a":1,\n  "a":2}', '2:3'],
    ['{"a":[1,\n2,\n-0]}', '3:1'],
    ['[1,2,}', '1:6'],
    ['{"a":1', '1:7'],
    ['{"secret":"\\ud800"}', '1:11'],
  ])('a refusal of %j names line and column and no content', (text, path) => {
    const { details, message } = refusal(text);
    expect(details).toEqual([{ path, message: expect.any(String) }]);
    expect(message.startsWith(`${path}: `)).toBe(true);
    expect(message).not.toContain('secret');
  });

  test('a text at each limit is accepted', () => {
    const deep = `${'['.repeat(16)}${']'.repeat(16)}`;
    const many = `[${Array.from({ length: 4_999 }, () => 0).join(',')}]`;
    const long = JSON.stringify('x'.repeat(262_142));
    for (const text of [deep, many, long]) expect(parseStrictJson(text)).toEqual(JSON.parse(text));
  });

  test('the size is counted in bytes of UTF-8', () => {
    expect(refusal(JSON.stringify('é'.repeat(131_072))).code).toBe('json-hostile');
  });

  test('strings that look like keys, prototype names as values and paired surrogates are accepted', () => {
    const text = '{"a":"\\":","b":"\\" :x\\":","c":"__proto__ constructor","d":"\\ud83d\\ude00","e":"😀"}';
    expect(parseStrictJson(text)).toEqual(JSON.parse(text));
    expect(parseStrictJson(Buffer.from(text))).toEqual(JSON.parse(text));
  });

  test('a number has the value that JSON.parse gives, fractions and exponents included', () => {
    for (const text of ['0', '-1', '1.5e-3', '9007199254740991', '1E2', '0.1']) {
      expect(parseStrictJson(text)).toBe(JSON.parse(text));
    }
  });

  test('property: an accepted text has the value that JSON.parse gives, from text and from bytes', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const fault = jsonFaultIn(text, LIMITS);
        if (fault === undefined) {
          expect(parseStrictJson(text)).toEqual(JSON.parse(text));
          expect(parseStrictJson(Buffer.from(text))).toEqual(JSON.parse(text));
        } else expect(refusal(text).code).toBe(fault.code);
      }),
      { numRuns: 500 },
    );
  });

  test('property: the quick path and the slow scan agree on 5,000 mutated texts', () => {
    const seeds = [...Object.values(HOSTILE), '{"a":[1,2.5,{"b":null}],"c":"\\u00e9:\\"","d":{"e":true}}'];
    const short = seeds.filter((text) => text.length < 200);
    const change = fc.record({
      text: fc.constantFrom(...short),
      at: fc.nat(200),
      put: fc.constantFrom(
        '"',
        '\\',
        ':',
        ',',
        '{',
        '}',
        '[',
        ']',
        ' ',
        '0',
        '-',
        'e',
        'a',
        '\u0000',
        '\ud800',
        '',
      ),
      cut: fc.nat(3),
    });
    fc.assert(
      fc.property(change, ({ text, at, put, cut }) => {
        const place = at % (text.length + 1);
        const mutated = text.slice(0, place) + put + text.slice(place + cut);
        const fault = jsonFaultIn(mutated, LIMITS);
        try {
          expect(parseStrictJson(mutated)).toEqual(JSON.parse(mutated));
          expect(fault).toBeUndefined();
        } catch (error) {
          if (!isCode(error, 'json-hostile', 'json-malformed')) throw error;
          // Raw ones are refused before anything is parsed, without a place.
          if (!/[\ud800-\udfff]|\0/.test(mutated)) expect(fault?.code).toBe(error.code);
        }
      }),
      { numRuns: 5_000 },
    );
  });

  test('a parsed object keeps the prototype of every other object', () => {
    parseStrictJson('{"a":{"b":1}}');
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
  });
});
