import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createBoundedMap } from '../../shared/kernel/bounded-map.js';
import { writeWhole } from '../../shared/kernel/write-whole.js';
import { syncFolder } from '../../shared/store/append/file-sync.js';
import { TILE_WIDTH, type Tile, tilePath } from '../../shared/tlog/tiles.js';

/** A full tile; only those are files. */
export type FullTile = Pick<Tile, 'level' | 'index'>;

/** The full tiles of a log as files, under their paths. A tile that was written never changes. */
export interface TileStore {
  /** Returns undefined if there is no such file. */
  read(tile: FullTile): Uint8Array | undefined;
  /** Resolves when the tile is fsynced, with the folders that lead to it. */
  write(tile: FullTile, bytes: Uint8Array): Promise<void>;
}

/** Returns the name of a tile in maps; `tilePath` costs ten times as much. */
export const tileId = ({ level, index }: FullTile): string => `${level}/${index}`;

/** Tiles kept in memory, of at most 8.7 kB each: a proof reads the same few again and again. */
const TILES_IN_MEMORY = 64;

/** Creates the store in a folder, which need not exist. */
export function createTileStore(folder: string): TileStore {
  const recent = createBoundedMap<Uint8Array>(TILES_IN_MEMORY);
  const pathOf = (tile: FullTile): string => join(folder, tilePath({ ...tile, width: TILE_WIDTH }));
  return {
    read: (tile) => {
      const id = tileId(tile);
      const known = recent.get(id) ?? readIfThere(pathOf(tile));
      if (known !== undefined) recent.set(id, known);
      return known;
    },
    write: async (tile, bytes) => {
      const path = pathOf(tile);
      const made = mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeWhole(path, bytes);
      recent.set(tileId(tile), bytes);
      const top = made === undefined ? dirname(path) : dirname(made);
      for (let place = dirname(path); place.length >= top.length; place = dirname(place))
        await syncFolder(place);
    },
  };
}

/** Reads synchronously: of a file of 8 kB that costs 10 µs instead of 70, and several hashes of one proof read the same tile. */
function readIfThere(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
}
