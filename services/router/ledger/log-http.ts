import { createBoundedMap } from '../../shared/kernel/bounded-map.js';
import { fail } from '../../shared/kernel/errors.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import { parseCheckpointText } from '../../shared/tlog/checkpoint.js';
import { parseNote } from '../../shared/tlog/signed-note.js';
import {
  nodeInTile,
  placeOfNode,
  TILE_WIDTH,
  type Tile,
  tilePath,
  tileWidth,
} from '../../shared/tlog/tiles.js';
import type { NodeReader } from '../../shared/tlog/tree-proof.js';
import { getBytesFromAuditor, getFromAuditor } from './auditor-http.js';

/** Reads the log at the auditor. Its caller vouches for nothing: whoever gets a proof verifies it. */
export interface LogReader {
  /** The published checkpoint. Throws `not-ready` before the first, and `unreachable`. */
  head(): Promise<LogHead>;
  /** Reads hashes of the tree of this size. */
  nodes(size: number): NodeReader;
  /** The indexes of records by the digests of their statements, at most 64; null for one that is not in the log. */
  indexes(records: readonly string[]): Promise<readonly (number | null)[]>;
}

/** The note of a checkpoint, and the size that it names. */
export interface LogHead {
  readonly note: string;
  readonly size: number;
}

/** Full tiles in memory, of 8 kB each; they never change. */
const TILES_IN_MEMORY = 256;
const LIMITS = { bytes: 16_384, depth: 3, nodes: 256 } as const;

/** Creates a reader over the auditor's HTTP API; `token` has the scope `log:read`. */
export function createLogReader(url: string, token: string): LogReader {
  const full = createBoundedMap<Uint8Array>(TILES_IN_MEMORY);
  const readTile = async (tile: Tile): Promise<Uint8Array> => {
    const path = tilePath(tile);
    const bytes = full.get(path) ?? (await getBytesFromAuditor(`${url}/${path}`, token));
    if (bytes === undefined) throw fail('unreachable', 'the auditor does not have a tile of its log');
    if (tile.width === TILE_WIDTH) full.set(path, bytes);
    return bytes;
  };
  return {
    head: async () => {
      const note = await getFromAuditor(`${url}/checkpoint`, token, '');
      if (note === '') throw fail('not-ready', 'no checkpoint was published yet');
      return { note, size: parseCheckpointText(parseNote(note).text).size };
    },
    nodes: (size) => async (node) => {
      const { level, index } = placeOfNode(node);
      const hash = nodeInTile(
        await readTile({ level, index, width: tileWidth({ level, index }, size) }),
        node,
      );
      if (hash === undefined) throw fail('unreachable', 'a tile of the auditor is cut off');
      return hash;
    },
    indexes: async (records) => {
      const text = await getFromAuditor(`${url}/v1/log/indexes?records=${records.join(',')}`, token);
      const { indexes } = Object(parseStrictJson(text, LIMITS)) as { readonly indexes?: unknown };
      if (Array.isArray(indexes) && indexes.length === records.length && indexes.every(isIndex))
        return indexes;
      throw fail('unreachable', 'the answer of the auditor has an unexpected form');
    },
  };
}

const isIndex = (value: unknown): value is number | null =>
  value === null || (Number.isSafeInteger(value) && (value as number) >= 0);
