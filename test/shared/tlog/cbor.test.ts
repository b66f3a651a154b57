import { describe, expect, test } from 'vitest';
import { type CborValue, encodeCbor } from '../../../services/shared/tlog/cbor.js';

/** Examples of RFC 8949, appendix A. */
const EXAMPLES: readonly (readonly [CborValue, string])[] = [
  [0, '00'],
  [23, '17'],
  [24, '1818'],
  [100, '1864'],
  [1_000, '1903e8'],
  [1_000_000, '1a000f4240'],
  [1_000_000_000_000, '1b000000e8d4a51000'],
  [-1, '20'],
  [-100, '3863'],
  [-1_000, '3903e7'],
  [null, 'f6'],
  [Buffer.of(), '40'],
  [Buffer.of(1, 2, 3, 4), '4401020304'],
  ['', '60'],
  ['IETF', '6449455446'],
  ['\u00fc', '62c3bc'],
  [[], '80'],
  [[1, [2, 3], [4, 5]], '8301820203820405'],
  [
    Array.from({ length: 25 }, (_, at) => at + 1),
    '98190102030405060708090a0b0c0d0e0f101112131415161718181819',
  ],
  [new Map(), 'a0'],
  [
    new Map([
      [1, 2],
      [3, 4],
    ]),
    'a201020304',
  ],
  [{ tag: 32, value: 'http://www.example.com' }, 'd82076687474703a2f2f7777772e6578616d706c652e636f6d'],
];

describe('the encoder of CBOR', () => {
  test.each(EXAMPLES)('encodes the example %# of RFC 8949 as it is printed there', (value, hex) => {
    expect(encodeCbor(value).toString('hex')).toBe(hex);
  });

  test('sorts the keys of a map by their bytes, whatever their order', () => {
    const map = new Map([-1, 395, 10, 100, -8, 1].map((key) => [key, null]));
    const keys = ['01', '0a', '1864', '19018b', '20', '27'];
    expect(encodeCbor(map).toString('hex')).toBe(`a6${keys.map((key) => `${key}f6`).join('')}`);
  });

  test('takes the shortest head at each border of its lengths', () => {
    const borders = [23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER];
    expect(borders.map((number) => encodeCbor(number).length)).toEqual([1, 2, 2, 3, 3, 5, 5, 9, 9]);
    expect([255, 256].map((length) => encodeCbor(Buffer.alloc(length)).length - length)).toEqual([2, 3]);
  });

  test('refuses numbers that are not whole or too large to be exact', () => {
    for (const number of [0.5, Number.NaN, 2 ** 53, -(2 ** 53) - 2])
      expect(() => encodeCbor(number)).toThrow(RangeError);
  });
});
