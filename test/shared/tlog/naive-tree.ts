import { hash } from 'node:crypto';
import { createFrontier } from '../../../services/shared/tlog/frontier.js';
import type { NodeReader } from '../../../services/shared/tlog/tree-proof.js';

/** The tree of RFC 9162 section 2.1, written as the RFC defines it and by nothing of the code under test. */
export interface NaiveTree {
  entry(index: number): Uint8Array;
  /** MTH(D[start:end]). */
  mth(start: number, end: number): Buffer;
  /** PATH(index, D[size]). */
  path(index: number, size: number): readonly Buffer[];
  /** PROOF(from, D[to]). */
  proof(from: number, to: number): readonly Buffer[];
}

const sha256 = (...parts: readonly Uint8Array[]): Buffer => hash('sha256', Buffer.concat(parts), 'buffer');

/** The largest power of two below n. */
function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** Creates the tree whose entry i is the number i in 32 bytes; the first one may be another. */
export function naiveTree(first?: Uint8Array): NaiveTree {
  const known = new Map<number, Buffer>();
  const entry = (index: number): Uint8Array => {
    if (index === 0 && first !== undefined) return first;
    const bytes = Buffer.alloc(32);
    bytes.writeUInt32BE(index, 28);
    return bytes;
  };
  const mth = (start: number, end: number): Buffer => {
    const n = end - start;
    if (n === 0) return sha256();
    if (n === 1) return sha256(Uint8Array.of(0), entry(start));
    const name = start * 2 ** 21 + end;
    const found = known.get(name);
    if (found !== undefined) return found;
    const k = split(n);
    const root = sha256(Uint8Array.of(1), mth(start, start + k), mth(start + k, end));
    if (end <= 300 || n > 2_000) known.set(name, root);
    return root;
  };
  const path = (m: number, start: number, end: number): readonly Buffer[] => {
    if (end - start === 1) return [];
    const k = split(end - start);
    return m < k
      ? [...path(m, start, start + k), mth(start + k, end)]
      : [...path(m - k, start + k, end), mth(start, start + k)];
  };
  const subproof = (
    m: number,
    [start, end]: readonly [number, number],
    isWhole: boolean,
  ): readonly Buffer[] => {
    const n = end - start;
    if (m === n) return isWhole ? [] : [mth(start, end)];
    const k = split(n);
    return m <= k
      ? [...subproof(m, [start, start + k], isWhole), mth(start + k, end)]
      : [...subproof(m - k, [start + k, end], false), mth(start, start + k)];
  };
  return {
    entry,
    mth,
    path: (index, size) => path(index, 0, size),
    proof: (from, to) => subproof(from, [0, to], true),
  };
}

/** What a log has stored: the hash of every perfect subtree, as the frontier gave them. */
export interface StoredTree {
  readonly read: NodeReader;
  /** How many hashes were read. */
  reads(): number;
  /** The roots at each size from 0 on. */
  readonly roots: readonly string[];
}

/** Appends `size` entries of the naive tree to a frontier; `roots` says at which sizes its root is kept. */
export function storeTree(
  { entry }: Pick<NaiveTree, 'entry'>,
  size: number,
  roots: (size: number) => boolean = () => true,
): StoredTree {
  const levels: Buffer[] = [];
  for (let height = 0; 2 ** height <= size; height += 1)
    levels.push(Buffer.alloc(Math.floor(size / 2 ** height) * 32));
  const frontier = createFrontier();
  const kept: string[] = [];
  let reads = 0;
  for (let index = 0; index <= size; index += 1) {
    if (roots(index)) kept[index] = Buffer.from(frontier.root()).toString('hex');
    if (index === size) break;
    const leaf = sha256(Uint8Array.of(0), entry(index));
    for (const node of frontier.append(leaf)) levels[node.height]?.set(node.hash, node.index * 32);
  }
  return {
    roots: kept,
    reads: () => reads,
    read: ({ height, index }) => {
      reads += 1;
      const hash = levels[height]?.subarray(index * 32, index * 32 + 32);
      if (hash?.length !== 32) return Promise.reject(new Error(`no node ${index} of height ${height}`));
      return Promise.resolve(hash);
    },
  };
}
