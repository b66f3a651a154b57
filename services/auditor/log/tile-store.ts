import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createBoundedMap } from '../../shared/kernel/bounded-map.js';
import { writeWhole } from '../../shared/kernel/write-whole.js';
import { syncFolder } from '../../shared/store/append/file-sync.js';
import { TILE_WIDTH, type Tile, tilePath } from '../../shared/tlog/tiles.js';

/** A full tile; only those are files. */
export type FullTile = Pick<Tile, 'level' | 'index'>;

/** The full tiles of a log as files, under their paths. A tile that was written never changes. */
export interface TileStore {
  /** Resolves to undefined if there is no such file. */
  read(tile: FullTile): Promise<Uint8Array | undefined>;
  /** Resolves when the tile is fsynced, with the folders that lead to it. */
  write(tile: FullTile, bytes: Uint8Array): Promise<void>;
}

/** Tiles kept in memory, of at most 8.7 kB each: a proof reads the same few again and again. */
const TILES_IN_MEMORY = 64;

/** Creates the store in a folder, which need not exist. */
export function createTileStore(folder: string): TileStore {
  const recent = createBoundedMap<Uint8Array>(TILES_IN_MEMORY);
  const pathOf = (tile: FullTile): string => join(folder, tilePath({ ...tile, width: TILE_WIDTH }));
  return {
    read: async (tile) => {
      const path = pathOf(tile);
      const known = recent.get(path) ?? (await readIfThere(path));
      if (known !== undefined) recent.set(path, known);
      return known;
    },
    write: async (tile, bytes) => {
      const path = pathOf(tile);
      const made = mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeWhole(path, bytes);
      recent.set(path, bytes);
      const top = made === undefined ? dirname(path) : dirname(made);
      for (let place = dirname(path); place.length >= top.length; place = dirname(place))
        await syncFolder(place);
    },
  };
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
}
