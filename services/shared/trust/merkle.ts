import { binaryHash, sha256 } from './digest.js';

/** Hashes from the leaves (level 0) to the root as binary strings, which take a fifth of the memory of buffers. */
type Levels = readonly (readonly string[])[];

/** A Merkle tree of RFC 9162 section 2.1 over leaf data. */
export interface Tree {
  readonly root: Uint8Array;
  readonly size: number;
  /** PATH(index, D) of section 2.1.3.1. */
  path(index: number): readonly Uint8Array[];
}

/** The root of a tree without leaves. */
export const EMPTY_ROOT = Buffer.from(sha256());

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** Builds the tree. Odd nodes move up unchanged, which equals the split at the largest power of two of section 2.1.1. */
export function treeOf(leaves: readonly Uint8Array[]): Tree {
  return treeOver(leaves.map(leafOf));
}

/** Builds the tree over nodes that are hashes already: leaves as `leafHash` returns them, or roots of trees of their own. */
export function treeOfHashes(hashes: readonly Uint8Array[]): Tree {
  return treeOver(hashes.map((hash) => Buffer.from(hash).toString('binary')));
}

function treeOver(hashes: readonly string[]): Tree {
  const levels = levelsOf(hashes);
  const root = levels.at(-1)?.[0];
  return {
    root: root === undefined ? EMPTY_ROOT : bytesOf(root),
    size: hashes.length,
    path: (index) => pathIn(levels, index).map(bytesOf),
  };
}

/** Returns HASH(0x00 || data). */
export function leafHash(data: Uint8Array): Uint8Array {
  return bytesOf(leafOf(data));
}

/** Returns HASH(0x01 || left || right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(NODE, left, right);
}

function leafOf(data: Uint8Array): string {
  return binaryHash(Buffer.concat([LEAF, data]));
}

/** Returns the root that a leaf and its path lead to (section 2.1.3.2); undefined if the path does not fit index and size. */
export function rootFrom(
  leaf: Uint8Array,
  place: { readonly index: number; readonly size: number },
  path: readonly Uint8Array[],
): Uint8Array | undefined {
  const { index, size } = place;
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(index) || index < 0 || index >= size)
    return undefined;
  let [node, last, hash, used] = [index, size - 1, leaf, 0];
  for (; last > 0; node = Math.floor(node / 2), last = Math.floor(last / 2)) {
    const sibling = path[used];
    const alone = node === last && node % 2 === 0;
    if (alone) continue;
    if (sibling === undefined) return undefined;
    hash = node % 2 === 1 ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
    used += 1;
  }
  return used === path.length ? hash : undefined;
}

function bytesOf(hash: string): Uint8Array {
  return Buffer.from(hash, 'binary');
}

function levelsOf(hashes: readonly string[]): Levels {
  const levels = [hashes];
  for (let level = hashes; level.length > 1; ) {
    level = parentsOf(level);
    levels.push(level);
  }
  return levels;
}

function parentsOf(level: readonly string[]): readonly string[] {
  const parents: string[] = [];
  for (let index = 0; index < level.length; index += 2) {
    const [left, right] = [level[index], level[index + 1]];
    if (left !== undefined) parents.push(right === undefined ? left : parentOf(left, right));
  }
  return parents;
}

/** The buffer in which the two hashes of a node are joined; reused for every node. */
const pair = Buffer.concat([NODE, Buffer.alloc(64)]);

function parentOf(left: string, right: string): string {
  pair.write(left, 1, 'binary');
  pair.write(right, 33, 'binary');
  return binaryHash(pair);
}

function pathIn(levels: Levels, index: number): readonly string[] {
  return levels.flatMap((level, height) => {
    const sibling = level[Math.floor(index / 2 ** height) ^ 1];
    return sibling === undefined ? [] : [sibling];
  });
}
