import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatEntryBundle,
  parseEntryBundle,
  parseTilePath,
  placeOfNode,
  type Tile,
  tilePath,
  tileWidth,
} from '../../../services/shared/tlog/tiles.js';

describe('tiles', () => {
  test('a tree of 70,000 leaves has the tiles that the specification names', () => {
    const width = (level: number, index: number): number => tileWidth({ level, index }, 70_000);
    expect([width(0, 272), width(0, 273), width(0, 274)]).toEqual([256, 112, 0]);
    expect([width(1, 0), width(1, 1), width(1, 2)]).toEqual([256, 17, 0]);
    expect([width(2, 0), width(2, 1), width(3, 0)]).toEqual([1, 0, 0]);
    expect(tileWidth({ level: 'entries', index: 273 }, 70_000)).toBe(112);
    expect([tileWidth({ level: 0, index: 0 }, 256), tileWidth({ level: 1, index: 0 }, 256)]).toEqual([
      256, 1,
    ]);
  });

  test.each<[string, Tile]>([
    ['tile/0/x001/x234/067', { level: 0, index: 1_234_067, width: 256 }],
    ['tile/0/000.p/1', { level: 0, index: 0, width: 1 }],
    ['tile/63/999.p/255', { level: 63, index: 999, width: 255 }],
    ['tile/1/x001/000', { level: 1, index: 1_000, width: 256 }],
    ['tile/entries/x273/112.p/5', { level: 'entries', index: 273_112, width: 5 }],
  ])('the path %s names a tile', (path, tile) => {
    expect(tilePath(tile)).toBe(path);
    expect(parseTilePath(path)).toEqual(tile);
  });

  test.each([
    'tile/0/0',
    'tile/0/1000',
    'tile/0/x000/001',
    'tile/00/001',
    'tile/64/001',
    'tile/-1/001',
    'tile/0/001/002',
    'tile/0/x001',
    'tile/0/001.p/0',
    'tile/0/001.p/256',
    'tile/0/001.p/01',
    'tile/0/001.p/',
    'tile/0/001.p/1/2',
    'tile/0/../001',
    'tile/entries/',
    'tile/data/001',
    'tile/0/x009/x007/x199/x254/x740/x993',
    'tile/0/x009/x007/x199/x254/x740/993',
    '/tile/0/001',
    'tile/0/001\n',
    '',
  ])('the path %j names none', (path) => {
    expect(() => parseTilePath(path)).toThrow(expect.objectContaining({ code: 'not-found' }));
  });

  test('property: a node is in one tile, and the hashes there cover exactly its leaves', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), fc.nat({ max: 4_095 }), (height, index) => {
        const { level, index: tile, offset, count } = placeOfNode({ height, index });
        const leaves = 256 ** level;
        expect((tile * 256 + offset) * leaves).toBe(index * 2 ** height);
        expect(count * leaves).toBe(2 ** height);
        expect(offset + count).toBeLessThanOrEqual(256);
      }),
    );
  });
});

describe('a bundle of entries', () => {
  const entries = [1, 2, 3].map((value) => Buffer.alloc(32, value));

  test('has a length before each entry, and is read again', () => {
    const bundle = Buffer.from(formatEntryBundle(entries));
    expect(bundle.subarray(34, 68).toString('hex')).toBe(`0020${'02'.repeat(32)}`);
    expect(parseEntryBundle(bundle)).toEqual(entries);
    expect(parseEntryBundle(new Uint8Array())).toEqual([]);
  });

  test.each([
    ['an entry of 31 bytes', Buffer.concat([Buffer.from([0, 31]), Buffer.alloc(31)])],
    ['half an entry', Buffer.from(formatEntryBundle(entries)).subarray(0, 50)],
    ['a wrong length', Buffer.from(formatEntryBundle(entries)).fill(1, 0, 1)],
    ['257 entries', Buffer.from(formatEntryBundle(Array.from({ length: 257 }, () => Buffer.alloc(32))))],
  ])('with %s is refused', (_, bytes) => {
    expect(() => parseEntryBundle(bytes)).toThrow(expect.objectContaining({ code: 'note-malformed' }));
  });
});
