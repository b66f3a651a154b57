import { fail } from '../kernel/errors.js';
import { treeOfHashes } from '../trust/merkle.js';

/** The hashes of a full tile (C2SP tlog-tiles). */
export const TILE_WIDTH = 256;
/** The height of the tree over the hashes of a full tile. */
export const TILE_HEIGHT = 8;
const MAX_LEVEL = 63;

/** An entry is SHA-256 of a record's statement; in bundles a length of two bytes stands before it. */
export const ENTRY_BYTES = 32;
const LENGTH_BYTES = 2;
/** A hash in a tile. */
export const HASH_BYTES = 32;

/** A tile: hashes of one level, or, as `entries`, the entries under a tile of level 0. */
export interface Tile {
  readonly level: number | 'entries';
  readonly index: number;
  /** Hashes or entries in it, 1 to 256; below 256 the tile is partial. */
  readonly width: number;
}

/** A perfect subtree: it covers the leaves from `index * 2^height` on, `2^height` of them. */
export interface TreeNode {
  readonly height: number;
  readonly index: number;
}

/** The hashes of one tile that lead to a node. */
export interface NodePlace {
  readonly level: number;
  readonly index: number;
  /** The first hash within the tile, and how many make up the node: a power of two. */
  readonly offset: number;
  readonly count: number;
}

/** Returns how many hashes the tile has in a tree of this size: 0 if it does not exist, 256 if it is full. */
export function tileWidth({ level, index }: Pick<Tile, 'level' | 'index'>, size: number): number {
  const hashes = Math.floor(size / TILE_WIDTH ** (level === 'entries' ? 0 : level));
  return Math.min(Math.max(hashes - index * TILE_WIDTH, 0), TILE_WIDTH);
}

/** Yields every tile of a tree of this size: bundles of entries first, then the levels from the leaves up. */
export function* tilesOf(size: number): Generator<Tile> {
  for (const level of ['entries', ...Array.from({ length: MAX_LEVEL }, (_, at) => at)] as const) {
    for (let index = 0; ; index += 1) {
      const width = tileWidth({ level, index }, size);
      if (width === 0) break;
      yield { level, index, width };
    }
  }
}

/** Returns the path of a tile, as `tile/0/x001/x234/067.p/5` or `tile/entries/067`. */
export function tilePath({ level, index, width }: Tile): string {
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  const elements = padded.match(/\d{3}/g) ?? [];
  const name = elements.map((element, at) => (at < elements.length - 1 ? `x${element}` : element)).join('/');
  return `tile/${level}/${name}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

const PATH = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/(\d{1,3}))?$/;

/** Reads the path of a tile; the one form of a tile that `tilePath` returns. Throws `not-found` for anything else. */
export function parseTilePath(path: string): Tile {
  const [, level = '', name = '', width = String(TILE_WIDTH)] = PATH.exec(path) ?? [];
  const tile: Tile = {
    level: level === 'entries' ? level : Number(level),
    index: Number(name.replaceAll(/[x/]/g, '')),
    width: Number(width),
  };
  const isKnown = level !== '' && (tile.level === 'entries' || tile.level <= MAX_LEVEL);
  const isBounded = tile.width >= 1 && tile.width <= TILE_WIDTH && Number.isSafeInteger(tile.index);
  if (isKnown && isBounded && tilePath(tile) === path) return tile;
  throw fail('not-found', 'not the path of a tile');
}

/** Returns in which tile, and where in it, a node is. */
export function placeOfNode({ height, index }: TreeNode): NodePlace {
  const level = Math.floor(height / TILE_HEIGHT);
  const count = 2 ** (height % TILE_HEIGHT);
  const first = index * count;
  return { level, index: Math.floor(first / TILE_WIDTH), offset: first % TILE_WIDTH, count };
}

/** Returns the hash of a node from the tile that `placeOfNode` names; undefined if the tile is too short. */
export function nodeInTile(tile: Uint8Array, node: TreeNode): Uint8Array | undefined {
  const { offset, count } = placeOfNode(node);
  const hashes = tile.subarray(offset * HASH_BYTES, (offset + count) * HASH_BYTES);
  return hashes.length === count * HASH_BYTES ? rootOfTile(hashes) : undefined;
}

/** Returns the root over the hashes of a tile. */
export function rootOfTile(tile: Uint8Array): Uint8Array {
  const hashes = Array.from({ length: tile.length / HASH_BYTES }, (_, at) =>
    tile.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  );
  return treeOfHashes(hashes).root;
}

/** Returns entries as a bundle. */
export function formatEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  const length = Uint8Array.of(0, ENTRY_BYTES);
  return Buffer.concat(entries.flatMap((entry) => [length, entry]));
}

/** Reads a bundle of entries of 32 bytes. Throws `note-malformed` for other entries, and more than 256 of them. */
export function parseEntryBundle(bytes: Uint8Array): readonly Uint8Array[] {
  const step = LENGTH_BYTES + ENTRY_BYTES;
  const entries = Array.from({ length: Math.ceil(bytes.length / step) }, (_, at) =>
    bytes.subarray(at * step, (at + 1) * step),
  );
  const isGood = (entry: Uint8Array): boolean =>
    entry.length === step && entry[0] === 0 && entry[1] === ENTRY_BYTES;
  if (entries.length > TILE_WIDTH || !entries.every(isGood))
    throw fail('note-malformed', 'a bundle holds other entries than digests of 32 bytes');
  return entries.map((entry) => entry.subarray(LENGTH_BYTES));
}
