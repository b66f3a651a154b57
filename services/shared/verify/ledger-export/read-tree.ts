import { encodeBase64url } from '../../kernel/base64url.js';
import { fail } from '../../kernel/errors.js';
import { leafHash } from '../../trust/merkle.js';
import { createFrontier, type HashedNode } from '../../tlog/frontier.js';
import {
  parseEntryBundle,
  TILE_HEIGHT,
  TILE_WIDTH,
  type Tile,
  tilePath,
  tileWidth,
} from '../../tlog/tiles.js';
import type { ExportReader } from './export-reader.js';

/** The roots of the tree over the exported entries. */
interface ReadTree {
  readonly root: Uint8Array;
  /** The roots at the sizes that were asked for. */
  readonly rootAt: ReadonlyMap<number, Uint8Array>;
}

interface TreeParams {
  readonly size: number;
  /** Earlier sizes. */
  readonly sizes: ReadonlySet<number>;
}

/**
 * Builds the tree over the exported entries, and compares every tile of hashes with it. Throws `log-truncated` where a bundle
 * of entries is missing, `note-malformed`, and `digest-mismatch` for a tile that does not follow from the entries.
 */
export async function readTree(reader: ExportReader, { size, sizes }: TreeParams): Promise<ReadTree> {
  const frontier = createFrontier();
  const rootAt = new Map([[0, frontier.root()]]);
  const tiles = createTileCheck(reader, size);
  for (let index = 0; index * TILE_WIDTH < size; index += 1) {
    for (const entry of await readEntries(reader, index, size)) {
      frontier.append(leafHash(entry)).forEach(tiles.take);
      if (sizes.has(frontier.size())) rootAt.set(frontier.size(), frontier.root());
    }
    await tiles.compare();
  }
  await tiles.compareLast();
  return { root: frontier.root(), rootAt };
}

/** Reads a bundle of entries. Throws `log-truncated` if it is missing or short, and `note-malformed`. */
export async function readEntries(
  reader: ExportReader,
  index: number,
  size: number,
): Promise<readonly Uint8Array[]> {
  const tile: Tile = { level: 'entries', index, width: tileWidth({ level: 'entries', index }, size) };
  const path = tilePath(tile);
  const entries = parseEntryBundle((await reader.file(path)) ?? new Uint8Array());
  if (entries.length === tile.width) return entries;
  throw fail('log-truncated', `\`${path}\` has ${entries.length} of ${tile.width} entries`);
}

/** Returns the index of an entry, given as a digest, in the log; undefined if it has none. Throws as `readEntries` does. */
export async function indexOfEntry(
  reader: ExportReader,
  { size }: Pick<TreeParams, 'size'>,
  digest: string,
): Promise<number | undefined> {
  for (let index = 0; index * TILE_WIDTH < size; index += 1) {
    const at = (await readEntries(reader, index, size)).findIndex(
      (entry) => encodeBase64url(entry) === digest,
    );
    if (at !== -1) return index * TILE_WIDTH + at;
  }
  return undefined;
}

/** Collects the hashes of a growing tree by tiles, and compares each tile with its file when it is full. */
function createTileCheck(reader: ExportReader, size: number) {
  const levels: Uint8Array[][] = [];
  const full: { readonly tile: Tile; readonly hashes: readonly Uint8Array[] }[] = [];
  const compare = async (tile: Tile, hashes: readonly Uint8Array[]): Promise<void> => {
    const path = tilePath(tile);
    const stored = await reader.file(path);
    if (stored === undefined || !Buffer.concat(hashes).equals(stored))
      throw fail('digest-mismatch', `\`${path}\` is not the tile over the entries`);
  };
  return {
    take: ({ height, index, hash }: HashedNode): void => {
      if (height % TILE_HEIGHT !== 0) return;
      const level = height / TILE_HEIGHT;
      const hashes = (levels[level] ??= []);
      hashes.push(hash);
      if (hashes.length < TILE_WIDTH) return;
      const tile = { level, index: Math.floor(index / TILE_WIDTH), width: TILE_WIDTH };
      full.push({ tile, hashes: hashes.splice(0) });
    },
    compare: async (): Promise<void> => {
      for (const { tile, hashes } of full.splice(0)) await compare(tile, hashes);
    },
    compareLast: async (): Promise<void> => {
      for (const [level, hashes] of levels.entries()) {
        const index = Math.floor(size / TILE_WIDTH ** (level + 1));
        if (hashes.length > 0) await compare({ level, index, width: hashes.length }, hashes);
      }
    },
  };
}
