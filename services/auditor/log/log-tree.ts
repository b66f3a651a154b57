import { fail } from '../../shared/kernel/errors.js';
import {
  ENTRY_BYTES,
  formatEntryBundle,
  nodeInTile,
  placeOfNode,
  rootOfTile,
  TILE_WIDTH,
  type Tile,
  tilePath,
} from '../../shared/tlog/tiles.js';
import type { NodeReader } from '../../shared/tlog/tree-proof.js';
import { leafHash } from '../../shared/trust/merkle.js';
import type { FullTile, TileStore } from './tile-store.js';

/** The tree of a log that grows. Full tiles are in the store; the last tile of each level, which is partial, is in memory. */
export interface LogTree {
  size(): number;
  append(entry: Uint8Array): void;
  /** Writes the tiles that became full to the store. After a failure the next call writes them again. */
  flush(): Promise<void>;
  /** Full tiles that are not written yet. */
  unwritten(): number;
  /** The entries of the last bundle, which is partial; empty if every bundle is full. */
  lastEntries(): readonly Uint8Array[];
  /** Reads a tile, or as much of a wider one as the tile has; undefined if the tree has no such hashes. */
  tile(tile: Tile): Promise<Uint8Array | undefined>;
  /** Reads nodes for proofs. Throws `ledger-damaged` if a tile is missing. */
  readonly node: NodeReader;
}

/** The partial tiles of a tree: by level the hashes of the last tile, and the last entries. */
interface Edge {
  readonly size: number;
  readonly levels: Uint8Array[][];
  readonly entries: Uint8Array[];
}

/** Bytes of a hash or entry in a tile; an entry has its length before it. */
const stepOf = ({ level }: Pick<Tile, 'level'>): number => (level === 'entries' ? 2 : 0) + ENTRY_BYTES;

/** Creates a tree without entries. */
export function createLogTree(store: TileStore): LogTree {
  return treeAt(store, { size: 0, levels: [], entries: [] });
}

/**
 * Opens the tree at a size from the tiles in the store and the entries of its last bundle. Throws `ledger-damaged` if a tile
 * that it needs is missing; reads at most 255 tiles of each level.
 */
export async function openLogTree(
  store: TileStore,
  size: number,
  entries: readonly Uint8Array[],
): Promise<LogTree> {
  if (entries.length !== size % TILE_WIDTH)
    throw fail('ledger-damaged', 'the last bundle of the log is cut off');
  const levels = [entries.map(leafHash)];
  for (let level = 1; TILE_WIDTH ** level <= size; level += 1) {
    const [end, count] = [
      Math.floor(size / TILE_WIDTH ** level),
      Math.floor(size / TILE_WIDTH ** level) % TILE_WIDTH,
    ];
    const places = Array.from({ length: count }, (_, at) => ({ level: level - 1, index: end - count + at }));
    levels.push(await Promise.all(places.map(async (place) => rootOfTile(await expectTile(store, place)))));
  }
  return treeAt(store, { size, levels, entries: [...entries] });
}

function treeAt(store: TileStore, edge: Edge): LogTree {
  const { levels, entries } = edge;
  let { size } = edge;
  const full = bufferTiles(store);
  const push = (level: number, hash: Uint8Array): void => {
    const hashes = (levels[level] ??= []);
    hashes.push(hash);
    if (hashes.length < TILE_WIDTH) return;
    const bytes = Buffer.concat(hashes.splice(0));
    full.keep({ level, index: size / TILE_WIDTH ** (level + 1) - 1 }, bytes);
    push(level + 1, rootOfTile(bytes));
  };
  const read = async (place: FullTile): Promise<Uint8Array | undefined> =>
    partialTile({ size, levels, entries }, place) ?? full.read(place);
  return {
    size: () => size,
    append: (entry) => {
      size += 1;
      entries.push(entry);
      if (entries.length === TILE_WIDTH)
        full.keep({ level: 'entries', index: size / TILE_WIDTH - 1 }, formatEntryBundle(entries.splice(0)));
      push(0, leafHash(entry));
    },
    flush: full.flush,
    unwritten: full.unwritten,
    lastEntries: () => [...entries],
    tile: async (tile) => {
      const length = tile.width * stepOf(tile);
      const bytes = await read(tile);
      return bytes === undefined || bytes.length < length ? undefined : bytes.subarray(0, length);
    },
    node: async (node) => {
      const place = placeOfNode(node);
      const hash = nodeInTile((await read(place)) ?? new Uint8Array(), node);
      if (hash === undefined) throw missing(place);
      return hash;
    },
  };
}

/** Returns the content of the last tile of a level; undefined for any other tile. */
function partialTile({ size, levels, entries }: Edge, { level, index }: FullTile): Uint8Array | undefined {
  const last = Math.floor(size / TILE_WIDTH ** (level === 'entries' ? 1 : level + 1));
  if (index !== last) return undefined;
  return level === 'entries' ? formatEntryBundle(entries) : Buffer.concat(levels[level] ?? []);
}

/** Holds full tiles until they are written, and reads them before and after. */
function bufferTiles(store: TileStore) {
  const pending = new Map<string, { readonly place: FullTile; readonly bytes: Uint8Array }>();
  const nameOf = (place: FullTile): string => tilePath({ ...place, width: TILE_WIDTH });
  return {
    keep: (place: FullTile, bytes: Uint8Array): void => void pending.set(nameOf(place), { place, bytes }),
    read: async (place: FullTile): Promise<Uint8Array | undefined> =>
      pending.get(nameOf(place))?.bytes ?? store.read(place),
    unwritten: (): number => pending.size,
    flush: async (): Promise<void> => {
      for (const [name, { place, bytes }] of pending) {
        await store.write(place, bytes);
        pending.delete(name);
      }
    },
  };
}

async function expectTile(store: TileStore, place: FullTile): Promise<Uint8Array> {
  const bytes = await store.read(place);
  if (bytes?.length === TILE_WIDTH * ENTRY_BYTES) return bytes;
  throw missing(place);
}

const missing = (place: FullTile) =>
  fail('ledger-damaged', `the log has no whole tile \`${tilePath({ ...place, width: TILE_WIDTH })}\``);
