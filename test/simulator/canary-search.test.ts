import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCanarySearch } from '../support/canary-search.js';

const hex = (length: number) =>
  fc
    .array(fc.integer({ min: 0, max: 15 }), { minLength: length, maxLength: length })
    .map((digits) => digits.map((digit) => digit.toString(16)).join(''));
const noise = fc.uint8Array({ maxLength: 200 });
const sees = (canary: string, bytes: Uint8Array | string): boolean => {
  const search = createCanarySearch([canary]);
  search.look(bytes);
  return search.found.has(canary);
};

describe('canary search', () => {
  test('a canary is seen in the clear, whatever stands around it', () => {
    fc.assert(
      fc.property(hex(32), noise, noise, (canary, before, after) => {
        expect(sees(canary, Buffer.concat([before, Buffer.from(canary), after]))).toBe(true);
      }),
    );
  });

  test('a canary is seen inside base64 of both alphabets at every alignment, wherever the file is cut', () => {
    fc.assert(
      fc.property(
        hex(32),
        fc.tuple(noise, noise),
        fc.constantFrom('base64', 'base64url'),
        (canary, [before, after], alphabet) => {
          const inner = Buffer.concat([
            before,
            Buffer.from(`["salt","identity",{"remarks":"canary ${canary}"}]`),
            after,
          ]);
          const text = inner.toString(alphabet as 'base64');
          for (const cut of [0, 1, 2, 3]) expect(sees(canary, text.slice(cut))).toBe(true);
          expect(sees(canary, Buffer.from(`~${text}~`).toString(alphabet as 'base64'))).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('a canary that a page border cuts in two is seen by one of its halves', () => {
    fc.assert(
      fc.property(hex(32), fc.nat({ max: 32 }), (canary, at) => {
        const border = Buffer.from([0, 0, 1, 7]);
        const cut = [Buffer.from(canary.slice(0, at)), border, Buffer.from(canary.slice(at))];
        expect(sees(canary, Buffer.concat(cut))).toBe(true);
      }),
    );
  });

  test('… also inside base64, at every alignment', () => {
    fc.assert(
      fc.property(hex(32), noise, fc.nat({ max: 43 }), (canary, before, at) => {
        const text = Buffer.concat([before, Buffer.from(`${canary}"}`)]).toString('base64');
        const end = Math.floor((before.length * 4) / 3) + at;
        const cut = [
          Buffer.from(text.slice(0, end)),
          Buffer.from([0, 0, 1, 7]),
          Buffer.from(text.slice(end)),
        ];
        expect(sees(canary, Buffer.concat(cut))).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  test('bytes without a canary show none', () => {
    fc.assert(
      fc.property(hex(32), fc.uint8Array({ maxLength: 2_000 }), hex(64), (canary, bytes, other) => {
        expect(
          sees(canary, Buffer.concat([bytes, Buffer.from(other), Buffer.from(canary.slice(0, 15))])),
        ).toBe(false);
      }),
    );
  });
});
