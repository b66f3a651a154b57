import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tokensIn } from '../../../../services/shared/policy/text/tokens.js';

const texts = (text: string): readonly string[] => [...tokensIn(text)].map((token) => token.text);

test('tokens: strings and signs are whole, comments are left out', () => {
  expect(texts('when { a.b == "x\\"y" && !c } // "no')).toEqual([
    'when',
    '{',
    'a',
    '.',
    'b',
    '==',
    '"x\\"y"',
    '&&',
    '!',
    'c',
    '}',
  ]);
});

test('tokens: what follows an unclosed string is read, without the string', () => {
  expect(texts('a "b \\" c')).toEqual(['a', 'b', '\\', 'c']);
});

test('tokens: each begins where its text stands, in order, in any text', () => {
  const piece = fc.constantFrom('"', '\\', '//', '\n', 'a', '::', '&&', ' ', '1', '\\"');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('');
      let end = 0;
      for (const token of tokensIn(text)) {
        expect(text.startsWith(token.text, token.start)).toBe(true);
        expect(token.start).toBeGreaterThanOrEqual(end);
        end = token.start + token.text.length;
      }
    }),
  );
});

test('tokens: a text of two million escaped quotes without an end is read once', () => {
  expect(texts(`"${'\\"'.repeat(2_000_000)}`).length).toBe(2_000_000);
});
