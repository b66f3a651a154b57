import { floorLog2, perfectNodes, rootOver } from './frontier.js';
import type { TreeNode } from './tiles.js';

/** Resolves to the hash of a perfect subtree of the log, which is stored for each that is complete. */
export type NodeReader = (node: TreeNode) => Promise<Uint8Array>;

/** Leaves from the first to before the last; the root over them is one hash of a proof. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** Reads the root of the tree over the first `size` leaves. */
export function rootAt(size: number, read: NodeReader): Promise<Uint8Array> {
  return rootOf({ start: 0, end: size }, read);
}

/** Makes the inclusion proof of a leaf, PATH(index, D[size]) of RFC 9162 section 2.1.3.1, from at most 2 log2(size) hashes. */
export function inclusionProof(
  { index, size }: { readonly index: number; readonly size: number },
  read: NodeReader,
): Promise<readonly Uint8Array[]> {
  if (!isWhole(index, size) || index >= size) throw new RangeError('no leaf of the tree has this index');
  const siblings: Range[] = [];
  for (let [start, end] = [0, size]; end - start > 1; ) {
    const middle = start + splitOf(end - start);
    siblings.push(index < middle ? { start: middle, end } : { start, end: middle });
    [start, end] = index < middle ? [start, middle] : [middle, end];
  }
  return readRoots(siblings.toReversed(), read);
}

/**
 * Makes the consistency proof of two sizes, PROOF(from, D[to]) of RFC 9162 section 2.1.4.1, from at most 2 log2(to) hashes.
 * It is empty from size 0 and between equal sizes.
 */
export function consistencyProof(
  { from, to }: { readonly from: number; readonly to: number },
  read: NodeReader,
): Promise<readonly Uint8Array[]> {
  if (!isWhole(from, to)) throw new RangeError('the sizes of a consistency proof rise');
  if (from === 0) return Promise.resolve([]);
  const parts: Range[] = [];
  let [start, end] = [0, to];
  while (end !== from) {
    const middle = start + splitOf(end - start);
    parts.push(from <= middle ? { start: middle, end } : { start, end: middle });
    [start, end] = from <= middle ? [start, middle] : [middle, end];
  }
  // The old tree itself is known to the verifier; a subtree of it is not.
  const last = start === 0 ? [] : [{ start, end }];
  return readRoots([...last, ...parts.toReversed()], read);
}

function readRoots(ranges: readonly Range[], read: NodeReader): Promise<readonly Uint8Array[]> {
  return Promise.all(ranges.map((range) => rootOf(range, read)));
}

async function rootOf({ start, end }: Range, read: NodeReader): Promise<Uint8Array> {
  return rootOver(await Promise.all(perfectNodes(start, end).map(read)));
}

/** Returns the largest power of two below `leaves`, where section 2.1.1 splits a tree. */
function splitOf(leaves: number): number {
  return 2 ** floorLog2(leaves - 1);
}

function isWhole(low: number, high: number): boolean {
  return Number.isSafeInteger(low) && Number.isSafeInteger(high) && low >= 0 && low <= high;
}
