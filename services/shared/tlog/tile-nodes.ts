import { fail } from '../kernel/errors.js';
import { nodeInTile, placeOfNode, type Tile, tilePath, tileWidth } from './tiles.js';
import type { NodeReader } from './tree-proof.js';

/** Reads a tile of hashes; rejects if there is none of this width. */
export type ReadTile = (tile: Tile) => Promise<Uint8Array>;

/**
 * Returns a reader for the hashes of the tree of this size over its tiles; it reads each tile once and keeps it. A node rejects
 * as `read` does, and with `note-malformed` if its tile is cut off.
 */
export function nodesInTiles(size: number, read: ReadTile): NodeReader {
  const tiles = new Map<string, Promise<Uint8Array>>();
  return async (node) => {
    const { level, index } = placeOfNode(node);
    const tile: Tile = { level, index, width: tileWidth({ level, index }, size) };
    const path = tilePath(tile);
    const reading = tiles.get(path) ?? read(tile);
    tiles.set(path, reading);
    const hash = nodeInTile(await reading, node);
    if (hash === undefined) throw fail('note-malformed', `\`${path}\` is cut off`);
    return hash;
  };
}
