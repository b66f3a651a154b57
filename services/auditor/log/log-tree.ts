import { fail } from '../../shared/kernel/errors.js';
import type { KeptEntry } from '../../shared/store/append/archived-entry.js';
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
import { entryOf } from './log-entries.js';
import { type FullTile, tileId, type TileStore } from './tile-store.js';

/** The growing tree of a log. Full tiles are in the store; the last tile of each level, which is partial, is in memory. */
export interface LogTree {
  size(): number;
  /** The number of the last record that was taken in; 0 before the first. */
  lastRecord(): number;
  /** Takes in the record after the last one; it is an entry unless it was ruled out. */
  take(record: KeptEntry): void;
  /** Writes the tiles that became full to the store. After a failure the next call writes them again. */
  flush(): Promise<void>;
  /** Full tiles that are not written yet. */
  unwritten(): number;
  /** The entries of the last bundle, which is partial; empty if every bundle is full. */
  lastEntries(): readonly Uint8Array[];
  /** Reads a tile, or as much of a wider one as the tile has; undefined if the tree has no such hashes. */
  tile(tile: Tile): Uint8Array | undefined;
  /** Reads nodes for proofs. Throws `ledger-damaged` if a tile is missing. */
  readonly node: NodeReader;
}

/** The end of a tree: the last record in it, by level the hashes of the last tile, and the last entries. */
interface Edge {
  size: number;
  lastRecord: number;
  readonly levels: Uint8Array[][];
  readonly entries: Uint8Array[];
}

/** Bytes of a hash or entry in a tile; an entry has its length before it. */
const stepOf = ({ level }: Pick<Tile, 'level'>): number => (level === 'entries' ? 2 : 0) + ENTRY_BYTES;

/** Creates a tree without entries. */
export function createLogTree(store: TileStore): LogTree {
  return treeAt(store, { size: 0, lastRecord: 0, levels: [], entries: [] });
}

/**
 * Opens the tree at a size and its last record from the tiles in the store and the entries of its last bundle. Throws
 * `ledger-damaged` if a tile that it needs is missing; reads at most 255 tiles of each level.
 */
export function openLogTree(
  store: TileStore,
  {
    size,
    lastRecord,
    entries,
  }: { readonly size: number; readonly lastRecord: number; readonly entries: readonly Uint8Array[] },
): LogTree {
  if (entries.length !== size % TILE_WIDTH)
    throw fail('ledger-damaged', 'the last bundle of the log is cut off');
  const levels = [entries.map(leafHash)];
  for (let level = 1; TILE_WIDTH ** level <= size; level += 1) {
    const end = Math.floor(size / TILE_WIDTH ** level);
    const count = end % TILE_WIDTH;
    const places = Array.from({ length: count }, (_, at) => ({ level: level - 1, index: end - count + at }));
    levels.push(places.map((place) => rootOfTile(expectTile(store, place))));
  }
  return treeAt(store, { size, lastRecord, levels, entries: [...entries] });
}

function treeAt(store: TileStore, edge: Edge): LogTree {
  const full = bufferTiles(store);
  const read = (place: FullTile): Uint8Array | undefined => partialTile(edge, place) ?? full.read(place);
  return {
    size: () => edge.size,
    lastRecord: () => edge.lastRecord,
    take: (record) => {
      const entry = entryOf(record);
      if (entry !== undefined) appendTo(edge, entry, full.keep);
      edge.lastRecord = record.number;
    },
    flush: full.flush,
    unwritten: full.unwritten,
    lastEntries: () => [...edge.entries],
    tile: (tile) => {
      const length = tile.width * stepOf(tile);
      const bytes = read(tile);
      return bytes === undefined || bytes.length < length ? undefined : bytes.subarray(0, length);
    },
    node: async (node) => {
      const place = placeOfNode(node);
      const hash = nodeInTile(read(place) ?? new Uint8Array(), node);
      if (hash === undefined) throw missing(place);
      return hash;
    },
  };
}

/** Appends an entry to the end of a tree; a tile that becomes full is passed to `keep`. */
function appendTo(edge: Edge, entry: Uint8Array, keep: (place: FullTile, bytes: Uint8Array) => void): void {
  const { levels, entries } = edge;
  edge.size += 1;
  entries.push(entry);
  if (entries.length === TILE_WIDTH)
    keep({ level: 'entries', index: edge.size / TILE_WIDTH - 1 }, formatEntryBundle(entries.splice(0)));
  const push = (level: number, hash: Uint8Array): void => {
    const hashes = (levels[level] ??= []);
    hashes.push(hash);
    if (hashes.length < TILE_WIDTH) return;
    const bytes = Buffer.concat(hashes.splice(0));
    keep({ level, index: edge.size / TILE_WIDTH ** (level + 1) - 1 }, bytes);
    push(level + 1, rootOfTile(bytes));
  };
  push(0, leafHash(entry));
}

/** Returns the content of the last tile of a level; undefined for any other tile. */
function partialTile(
  { size, levels, entries }: Omit<Edge, 'lastRecord'>,
  { level, index }: FullTile,
): Uint8Array | undefined {
  const last = Math.floor(size / TILE_WIDTH ** (level === 'entries' ? 1 : level + 1));
  if (index !== last) return undefined;
  return level === 'entries' ? formatEntryBundle(entries) : Buffer.concat(levels[level] ?? []);
}

/** Holds full tiles until they are written, and reads them before and after. */
function bufferTiles(store: TileStore) {
  const pending = new Map<string, { readonly place: FullTile; readonly bytes: Uint8Array }>();
  return {
    keep: (place: FullTile, bytes: Uint8Array): void => void pending.set(tileId(place), { place, bytes }),
    read: (place: FullTile): Uint8Array | undefined => pending.get(tileId(place))?.bytes ?? store.read(place),
    unwritten: (): number => pending.size,
    flush: async (): Promise<void> => {
      for (const [name, { place, bytes }] of pending) {
        await store.write(place, bytes);
        pending.delete(name);
      }
    },
  };
}

function expectTile(store: TileStore, place: FullTile): Uint8Array {
  const bytes = store.read(place);
  if (bytes?.length === TILE_WIDTH * ENTRY_BYTES) return bytes;
  throw missing(place);
}

const missing = (place: FullTile) =>
  fail('ledger-damaged', `the log has no whole tile \`${tilePath({ ...place, width: TILE_WIDTH })}\``);
