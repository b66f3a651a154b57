import { EMPTY_ROOT, nodeHash } from '../trust/merkle.js';
import type { TreeNode } from './tiles.js';

/** A node whose subtree is complete, so that its hash never changes. */
export interface HashedNode extends TreeNode {
  readonly hash: Uint8Array;
}

/** The right edge of a tree that only grows: the roots of the perfect subtrees that it consists of, widest first. */
export interface Frontier {
  size(): number;
  /** The root of section 2.1.1 of RFC 9162 at the present size. */
  root(): Uint8Array;
  /** Adds a leaf by its hash and returns the nodes that it completes: the leaf itself first, each next one its parent. */
  append(leaf: Uint8Array): readonly HashedNode[];
}

/** Returns the perfect subtrees over the leaves from `start` to before `end`; `start` is a multiple of the first width. */
export function perfectNodes(start: number, end: number): readonly TreeNode[] {
  const nodes: TreeNode[] = [];
  for (let at = start; at < end; ) {
    const height = floorLog2(end - at);
    const width = 2 ** height;
    nodes.push({ height, index: at / width });
    at += width;
  }
  return nodes;
}

/** Returns the exponent of the largest power of two that is at most `count`. `Math.log2` rounds 2^53 - 1 up. */
export function floorLog2(count: number): number {
  const exponent = Math.floor(Math.log2(count));
  return 2 ** exponent > count ? exponent - 1 : exponent;
}

/** Returns the root over perfect subtrees, widest first. */
export function rootOver(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 0) return EMPTY_ROOT;
  return hashes.reduceRight((right, left) => nodeHash(left, right));
}

/** Creates the frontier of a tree of `size` leaves from the hashes of `perfectNodes(0, size)`. */
export function createFrontier(size = 0, hashes: readonly Uint8Array[] = []): Frontier {
  const nodes = perfectNodes(0, size);
  if (nodes.length !== hashes.length) throw new TypeError('a frontier takes a hash for each perfect subtree');
  const stack = nodes.map((node, at): HashedNode => ({ ...node, hash: hashes[at] ?? EMPTY_ROOT }));
  let leaves = size;
  return {
    size: () => leaves,
    root: () => rootOver(stack.map(({ hash }) => hash)),
    append: (leaf) => {
      const completed: HashedNode[] = [];
      let node: HashedNode = { height: 0, index: leaves, hash: leaf };
      leaves += 1;
      completed.push(node);
      for (let left = stack.at(-1); left?.height === node.height; left = stack.at(-1)) {
        stack.pop();
        node = {
          height: node.height + 1,
          index: left.index / 2,
          hash: nodeHash(left.hash, node.hash),
        };
        completed.push(node);
      }
      stack.push(node);
      return completed;
    },
  };
}
