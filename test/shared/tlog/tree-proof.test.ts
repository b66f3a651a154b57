import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFrontier, floorLog2, perfectNodes } from '../../../services/shared/tlog/frontier.js';
import { consistencyProof, inclusionProof, rootAt } from '../../../services/shared/tlog/tree-proof.js';
import { isConsistent, isIncluded } from '../../../services/shared/tlog/verify-proof.js';
import { leafHash } from '../../../services/shared/trust/merkle.js';
import { naiveTree, storeTree } from './naive-tree.js';

const SIZES = 140;
const naive = naiveTree();
const stored = storeTree(naive, SIZES);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const texts = (hashes: readonly Uint8Array[]): readonly string[] => hashes.map(hex);
const headOf = (size: number): { size: number; root: Buffer } => ({ size, root: naive.mth(0, size) });
const sizesTo = (size: number, from = 0): readonly number[] =>
  Array.from({ length: size - from + 1 }, (_, at) => from + at);

describe('the tree of a log', () => {
  test(`the frontier and the stored hashes give the root of RFC 9162 at every size to ${SIZES}`, async () => {
    for (const size of sizesTo(SIZES)) {
      expect(stored.roots[size]).toBe(hex(naive.mth(0, size)));
      expect(hex(await rootAt(size, stored.read))).toBe(stored.roots[size]);
    }
  });

  test('a frontier opened at any size from stored hashes has the next root of one that was given every leaf', async () => {
    for (const size of sizesTo(SIZES - 1)) {
      const frontier = createFrontier(size, await Promise.all(perfectNodes(0, size).map(stored.read)));
      frontier.append(leafHash(naive.entry(size)));
      expect([frontier.size(), hex(frontier.root())]).toEqual([size + 1, stored.roots[size + 1]]);
    }
  });

  test('heights are exact up to the largest size, where the logarithm is rounded', () => {
    for (const exponent of sizesTo(52)) {
      expect(floorLog2(2 ** exponent)).toBe(exponent);
      if (exponent > 0) expect(floorLog2(2 ** exponent - 1)).toBe(exponent - 1);
    }
    expect(floorLog2(Number.MAX_SAFE_INTEGER)).toBe(52);
  });
});

describe('inclusion', () => {
  test(`the proof of every leaf of every tree to ${SIZES} is PATH of RFC 9162, and verifies`, async () => {
    for (const size of sizesTo(SIZES, 1)) {
      for (const index of sizesTo(size - 1)) {
        const path = await inclusionProof({ index, size }, stored.read);
        expect(texts(path)).toEqual(texts(naive.path(index, size)));
        expect(isIncluded({ hash: leafHash(naive.entry(index)), index }, headOf(size), path)).toBe(true);
      }
    }
  });

  test('no proof verifies for another leaf, index, size or root, nor with a hash more or less', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: SIZES }), fc.nat(), async (size, pick) => {
        const index = pick % size;
        const leaf = { hash: leafHash(naive.entry(index)), index };
        const path = await inclusionProof({ index, size }, stored.read);
        const head = headOf(size);
        const wrong: readonly boolean[] = [
          isIncluded({ ...leaf, hash: leafHash(naive.entry(index + 1)) }, head, path),
          isIncluded({ ...leaf, index: (index + 1) % size }, head, path),
          isIncluded({ ...leaf, index: -1 }, head, path),
          isIncluded({ ...leaf, index: size }, head, path),
          isIncluded(leaf, headOf(size - 1), path),
          isIncluded(leaf, { ...headOf(size - 1), size }, path),
          isIncluded(leaf, headOf(0), path),
          isIncluded(leaf, head, path.slice(1)),
          isIncluded(leaf, head, path.slice(0, -1)),
          isIncluded(leaf, head, [...path, leaf.hash]),
          isIncluded(leaf, head, [leaf.hash, ...path]),
        ];
        expect(wrong).toEqual(wrong.map(() => false));
      }),
    );
  });

  test('a path whose hashes have other lengths does not verify, though they join to the same bytes', () => {
    const path = naive.path(0, 4);
    const leaf = { hash: leafHash(naive.entry(0)), index: 0 };
    const joined = Buffer.concat([leaf.hash, path[0]!]);
    const shifted = { hash: joined.subarray(0, 33), index: 0 };
    expect(isIncluded(leaf, headOf(4), path)).toBe(true);
    expect(isIncluded(shifted, headOf(4), [joined.subarray(33), ...path.slice(1)])).toBe(false);
  });

  test('no proof is made of a leaf that the tree does not have', async () => {
    const make = (index: number, size: number) => async () => inclusionProof({ index, size }, stored.read);
    for (const [index, size] of [
      [0, 0],
      [5, 5],
      [-1, 5],
      [0.5, 5],
    ] as const)
      await expect(make(index, size)).rejects.toThrow(RangeError);
  });
});

describe('consistency', () => {
  test(`the proof between any two sizes to ${SIZES} is PROOF of RFC 9162, and verifies`, async () => {
    for (const to of sizesTo(SIZES, 1)) {
      for (const from of sizesTo(to, 1)) {
        const proof = await consistencyProof({ from, to }, stored.read);
        expect(texts(proof)).toEqual(texts(naive.proof(from, to)));
        expect(isConsistent(headOf(from), headOf(to), proof)).toBe(true);
      }
    }
  });

  test('every tree follows from the empty tree by an empty proof, and from itself', async () => {
    for (const size of sizesTo(SIZES)) {
      expect(await consistencyProof({ from: 0, to: size }, stored.read)).toEqual([]);
      expect(isConsistent(headOf(0), headOf(size), [])).toBe(true);
      expect(isConsistent(headOf(size), headOf(size), [])).toBe(true);
    }
  });

  test('no proof verifies between other sizes or roots, nor with a hash more or less', async () => {
    const pair = fc.tuple(fc.integer({ min: 1, max: SIZES - 1 }), fc.nat());
    await fc.assert(
      fc.asyncProperty(pair, async ([from, pick]) => {
        const to = from + 1 + (pick % (SIZES - from));
        const proof = await consistencyProof({ from, to }, stored.read);
        const [earlier, later, hash] = [headOf(from), headOf(to), naive.mth(0, 1)];
        const wrong: readonly boolean[] = [
          isConsistent(later, earlier, proof),
          isConsistent({ ...earlier, root: later.root }, later, proof),
          isConsistent(earlier, { ...later, root: earlier.root }, proof),
          isConsistent({ ...earlier, size: from - 0.5 }, later, proof),
          isConsistent({ ...earlier, size: -1 }, later, proof),
          isConsistent(headOf(0), later, proof),
          isConsistent({ size: 0, root: hash }, later, []),
          isConsistent(earlier, later, []),
          isConsistent(earlier, later, proof.slice(1)),
          isConsistent(earlier, later, proof.slice(0, -1)),
          isConsistent(earlier, later, [...proof, hash]),
          isConsistent(earlier, later, [hash, ...proof]),
          isConsistent(later, later, [hash]),
          isConsistent(later, { ...later, root: earlier.root }, []),
        ];
        expect(wrong).toEqual(wrong.map(() => false));
      }),
    );
  });

  test('no proof is made from a size to a smaller one', async () => {
    const make = async (): Promise<unknown> => consistencyProof({ from: 5, to: 4 }, stored.read);
    await expect(make).rejects.toThrow(RangeError);
  });
});

describe('a large tree', () => {
  const LARGE = 1_000_000;

  test('the proofs at random sizes to a million are those of RFC 9162, each from at most 2 log2(size) stored hashes', {
    tags: ['long'],
  }, async () => {
    const sizes = fc.sample(fc.integer({ min: SIZES, max: LARGE }), { numRuns: 3, seed: 1 });
    const pairs = sizes.map((to, at) => ({ to, from: 1 + ((at * 7_919 + to) % to) }));
    const large = storeTree(naive, LARGE, (size) => sizes.includes(size));
    for (const { from, to } of pairs) {
      expect(large.roots[to]).toBe(hex(naive.mth(0, to)));
      const before = large.reads();
      const path = await inclusionProof({ index: from - 1, size: to }, large.read);
      const between = large.reads();
      const proof = await consistencyProof({ from, to }, large.read);
      expect(texts(path)).toEqual(texts(naive.path(from - 1, to)));
      expect(texts(proof)).toEqual(texts(naive.proof(from, to)));
      expect(isConsistent(headOf(from), headOf(to), proof)).toBe(true);
      const most = 2 * Math.log2(to);
      expect(between - before).toBeLessThanOrEqual(most);
      expect(large.reads() - between).toBeLessThanOrEqual(most);
    }
  });
});
