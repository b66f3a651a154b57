import { floorLog2 } from './frontier.js';
import { EMPTY_ROOT, nodeHash, rootFrom } from '../trust/merkle.js';

const HASH_BYTES = 32;

/** A tree as a checkpoint names it. */
export interface TreeHead {
  readonly size: number;
  readonly root: Uint8Array;
}

/** True if `path` proves that the leaf with this hash is the one with this index of the tree (RFC 9162 section 2.1.3.2). */
export function isIncluded(
  leaf: { readonly hash: Uint8Array; readonly index: number },
  { size, root }: TreeHead,
  path: readonly Uint8Array[],
): boolean {
  const reached = areHashes(path) ? rootFrom(leaf.hash, { index: leaf.index, size }, path) : undefined;
  return reached !== undefined && Buffer.from(reached).equals(root);
}

/**
 * True if `proof` proves that `later` has the leaves of `earlier` and only then others (RFC 9162 section 2.1.4.2). From size
 * 0 and between equal sizes the proof must be empty.
 */
export function isConsistent(earlier: TreeHead, later: TreeHead, proof: readonly Uint8Array[]): boolean {
  if (!isSize(earlier.size) || !isSize(later.size) || earlier.size > later.size || !areHashes(proof))
    return false;
  if (earlier.size === 0) return proof.length === 0 && EMPTY_ROOT.equals(earlier.root);
  if (earlier.size === later.size) return proof.length === 0 && isEqual(earlier.root, later.root);
  // The root of a perfect tree is the first hash of its own proof, which therefore leaves it out.
  const hashes = isPerfect(earlier.size) ? [earlier.root, ...proof] : proof;
  const roots = rootsOfProof({ from: earlier.size, to: later.size }, hashes);
  return roots !== undefined && isEqual(roots.old, earlier.root) && isEqual(roots.current, later.root);
}

/** The roots that a consistency proof leads to, at the earlier and at the later size. */
interface ProofRoots {
  readonly old: Uint8Array;
  readonly current: Uint8Array;
}

/**
 * Returns the roots at both sizes that follow from the hashes of a consistency proof; for a perfect tree of `from` leaves they
 * begin with its root. If `current` is the root of a log, `old` is the root that the same log has at `from`. Undefined for
 * another number of hashes. `from` is above 0 and below `to`.
 */
export function rootsOfProof(
  { from, to }: { readonly from: number; readonly to: number },
  [first, ...rest]: readonly Uint8Array[],
): ProofRoots | undefined {
  if (first === undefined) return undefined;
  let [node, last] = [from - 1, to - 1];
  while (node % 2 === 1) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  let [old, current] = [first, first];
  for (const hash of rest) {
    if (last === 0) return undefined;
    if (node % 2 === 1 || node === last) {
      [old, current] = [nodeHash(hash, old), nodeHash(hash, current)];
      while (node % 2 === 0 && node !== 0) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
    } else {
      current = nodeHash(current, hash);
    }
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 ? { old, current } : undefined;
}

/** True for the size of a perfect tree: a power of two. */
export function isPerfect(size: number): boolean {
  return 2 ** floorLog2(size) === size;
}

/** Hashes of other lengths could be joined to the same bytes in two ways. */
function areHashes(proof: readonly Uint8Array[]): boolean {
  return proof.every(({ length }) => length === HASH_BYTES);
}

function isSize(size: number): boolean {
  return Number.isSafeInteger(size) && size >= 0;
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.from(one).equals(other);
}
