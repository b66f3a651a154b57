import { sha256 } from './digest.js';

/** Hashes from the leaves (level 0) up to the root. */
type Levels = readonly (readonly Uint8Array[])[];

/** A Merkle tree of RFC 9162 section 2.1 over leaf data. */
export interface Tree {
  readonly root: Uint8Array;
  readonly size: number;
  /** PATH(index, D) of section 2.1.3.1. */
  path(index: number): readonly Uint8Array[];
}

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** Odd nodes move up unchanged, which is the split at the largest power of two of section 2.1.1. */
export function treeOf(leaves: readonly Uint8Array[]): Tree {
  const levels = levelsOf(leaves.map(leafHash));
  const root = levels.at(-1)?.[0] ?? sha256();
  return { root, size: leaves.length, path: (index) => pathIn(levels, index) };
}

/** HASH(0x00 || data) */
export function leafHash(data: Uint8Array): Uint8Array {
  return sha256(LEAF, data);
}

/** The root that a leaf and its path lead to (section 2.1.3.2); undefined when the path does not fit the place. */
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
    hash = node % 2 === 1 ? sha256(NODE, sibling, hash) : sha256(NODE, hash, sibling);
    used += 1;
  }
  return used === path.length ? hash : undefined;
}

function levelsOf(hashes: readonly Uint8Array[]): Levels {
  const levels = [hashes];
  for (let level = hashes; level.length > 1; ) {
    level = parentsOf(level);
    levels.push(level);
  }
  return levels;
}

function parentsOf(level: readonly Uint8Array[]): readonly Uint8Array[] {
  const parents: Uint8Array[] = [];
  for (let index = 0; index < level.length; index += 2) {
    const [left, right] = level.slice(index, index + 2);
    if (left !== undefined) parents.push(right === undefined ? left : sha256(NODE, left, right));
  }
  return parents;
}

function pathIn(levels: Levels, index: number): readonly Uint8Array[] {
  return levels.flatMap((level, height) => {
    const sibling = level[Math.floor(index / 2 ** height) ^ 1];
    return sibling === undefined ? [] : [sibling];
  });
}
