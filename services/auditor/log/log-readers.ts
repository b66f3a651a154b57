import { fail } from '../../shared/kernel/errors.js';
import { type Tile, tileWidth } from '../../shared/tlog/tiles.js';
import { consistencyProof } from '../../shared/tlog/tree-proof.js';
import type { LogTree } from './log-tree.js';

/** Reads what was published of a log. */
export interface LogReaders {
  /** Reads a tile of the published checkpoint's tree; undefined if that has none of this width. */
  tile(tile: Tile): Promise<Uint8Array | undefined>;
  /** Makes the proof that a published checkpoint follows from one of `from` entries. Throws `not-ready` while the log lacks one. */
  consistency(sizes: { readonly from: number; readonly to: number }): Promise<readonly Uint8Array[]>;
}

/** Creates the readers of tiles and proofs of what was published; the tree is undefined before the log is open. */
export function createLogReaders(
  tree: () => LogTree | undefined,
  shown: () => { readonly size: number } | undefined,
): LogReaders {
  return {
    tile: async (tile) => (tile.width > tileWidth(tile, shown()?.size ?? 0) ? undefined : tree()?.tile(tile)),
    consistency: async (sizes) => {
      const now = tree();
      if (now === undefined || now.size() < sizes.to)
        throw fail('not-ready', 'the log does not have this checkpoint');
      return consistencyProof(sizes, now.node);
    },
  };
}
