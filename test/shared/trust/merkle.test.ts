import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leafHash, rootFrom, treeOf } from '../../../services/shared/trust/merkle.js';

interface Vectors {
  readonly leaves: readonly string[];
  readonly roots: readonly string[];
  readonly paths: readonly {
    readonly index: number;
    readonly size: number;
    readonly path: readonly string[];
  }[];
}

const file = new URL('../../../proto/vectors/merkle.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vectors;
const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');
const leaves = vectors.leaves.map((text) => Buffer.from(text, 'hex'));

describe('the tree of RFC 9162', () => {
  test.each(vectors.roots.map((root, size) => [size, root] as const))(
    'the root of %i leaves is the published one',
    (size, root) => {
      expect(hex(treeOf(leaves.slice(0, size)).root)).toBe(root);
    },
  );

  test.each(vectors.paths)(
    'the path of leaf $index of $size is the published one',
    ({ index, size, path }) => {
      const tree = treeOf(leaves.slice(0, size));
      expect(tree.path(index).map(hex)).toEqual(path);
    },
  );

  test('property: every path leads to the root, and none does after a change of leaf, path, index or size', () => {
    const tree = fc.uniqueArray(fc.uint8Array({ maxLength: 8 }), {
      minLength: 1,
      maxLength: 70,
      selector: (bytes) => bytes.join(),
    });
    fc.assert(
      fc.property(tree, fc.nat(), fc.nat(), (data, pick, flip) => {
        const { root, size, path } = treeOf(data);
        const index = pick % size;
        const leaf = leafHash(data[index]!);
        const proof = path(index);
        expect(hex(rootFrom(leaf, { index, size }, proof))).toBe(hex(root));

        const flipped = (bytes: Uint8Array): Uint8Array =>
          bytes.map((byte, at) => (at === flip % bytes.length ? byte ^ (1 << (flip % 8)) : byte));
        const others = [
          rootFrom(flipped(leaf), { index, size }, proof),
          rootFrom(leaf, { index, size }, [...proof, leaf]),
          rootFrom(leaf, { index: size, size }, proof),
          rootFrom(leaf, { index: -1, size }, proof),
          rootFrom(leaf, { index: 0.5, size }, proof),
          ...(proof.length === 0
            ? []
            : [
                rootFrom(leaf, { index, size }, proof.slice(1)),
                rootFrom(leaf, { index, size }, [flipped(proof[0]!), ...proof.slice(1)]),
                rootFrom(leaf, { index: index ^ 1, size }, proof),
              ]),
        ];
        for (const other of others) expect(hex(other)).not.toBe(hex(root));
      }),
      { numRuns: 300 },
    );
  });
});
