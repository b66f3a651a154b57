import { describe, expect, test } from 'vitest';
import { formatTlogProof, parseTlogProof } from '../../../services/shared/tlog/tlog-proof.js';

const NOTE = 'example/liaison/1\n4\nroot\n\n— a b\n';
const path = [1, 2].map((value) => Buffer.alloc(32, value));
const TEXT = formatTlogProof({ index: 3, path, note: NOTE });

describe('a proof that an entry is in a log', () => {
  test('is first line, index, path from the leaf up, and the note as it is', () => {
    const [one, two] = path.map((hash) => hash.toString('base64'));
    expect(TEXT).toBe(`c2sp.org/tlog-proof@v1\nindex 3\n${one}\n${two}\n\n${NOTE}`);
    expect(parseTlogProof(TEXT)).toEqual({ index: 3, path, note: NOTE });
  });

  test('of the one leaf of a tree has an empty path', () => {
    const proof = { index: 0, path: [], note: NOTE };
    expect(parseTlogProof(formatTlogProof(proof))).toEqual(proof);
  });

  test('extra data is skipped', () => {
    expect(parseTlogProof(TEXT.replace('index', 'extra YWJj\nindex'))).toEqual(parseTlogProof(TEXT));
  });

  test.each([
    ['another version', TEXT.replace('@v1', '@v2')],
    ['no index', TEXT.replace('index 3\n', '')],
    ['an index with a leading zero', TEXT.replace('index 3', 'index 03')],
    ['extra data after the index', TEXT.replace('index 3', 'index 3\nextra YWJj')],
    ['no empty line', TEXT.slice(0, TEXT.indexOf('\n\n'))],
    ['a hash of 31 bytes', formatTlogProof({ index: 3, path: [Buffer.alloc(31)], note: NOTE })],
    ['64 hashes', formatTlogProof({ index: 3, path: Array(64).fill(path[0]), note: NOTE })],
    ['a carriage return', TEXT.replace('index 3', 'index 3\r')],
  ])('with %s is refused', (_, text) => {
    expect(() => parseTlogProof(text)).toThrow(expect.objectContaining({ code: 'note-malformed' }));
  });
});
