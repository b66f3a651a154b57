import type { EndedLog } from '../../shared/ledger/command-content.js';
import { createBudget } from '../../shared/kernel/budget.js';
import { createBoundedMap } from '../../shared/kernel/bounded-map.js';
import { fail } from '../../shared/kernel/errors.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import { parseCheckpointText } from '../../shared/tlog/checkpoint.js';
import { parseNote } from '../../shared/tlog/signed-note.js';
import { nodesInTiles } from '../../shared/tlog/tile-nodes.js';
import { HASH_BYTES, TILE_WIDTH, type Tile, tilePath } from '../../shared/tlog/tiles.js';
import type { NodeReader } from '../../shared/tlog/tree-proof.js';
import { getBytesFromAuditor } from './auditor-http.js';

/**
 * Reads the log at the auditor, with at most 4 requests at the same time; further reads wait. Nothing that it returns is
 * verified: the gateway that gets a proof verifies it.
 */
export interface LogReader {
  /** The published checkpoint. Throws `not-ready` before the first, and `unreachable`. */
  head(): Promise<LogHead>;
  /**
   * The newest checkpoint that a quorum of witnesses cosigned, with their cosignatures; the published one while none has a
   * quorum. Throws as `head` does.
   */
  quorate(): Promise<LogHead>;
  /** Returns a reader for the hashes of the tree of a log at a size; it requests each tile once and keeps it. */
  nodes(head: Pick<LogHead, 'origin' | 'size'>): NodeReader;
  /** The indexes of records by the digests of their statements, at most 64; null for one that is not in the log. */
  indexes(records: readonly string[]): Promise<readonly (number | null)[]>;
  /** What an order to begin the next life of the log must name; undefined while no records are missing. */
  lacking(): Promise<EndedLog | undefined>;
}

/** The note of a checkpoint, and the log and size that it names. */
export interface LogHead {
  readonly note: string;
  readonly origin: string;
  readonly size: number;
}

/** Full tiles in memory, of 8 kB each; they never change. */
const TILES_IN_MEMORY = 256;
/** A quarter of what the auditor gives one caller: the archive and the policies are read with the same token. */
const MAX_REQUESTS = 4;
/** For one read, its wait for a free request included: nothing waits longer behind an auditor that does not answer. */
const READ_TIMEOUT_MS = 20_000;
const LIMITS = { bytes: 16_384, depth: 3, nodes: 256 } as const;

/** Creates a reader over the auditor's HTTP API; `token` has the scope `log:read`. */
export function createLogReader(url: string, token: string): LogReader {
  const requests = createBudget(MAX_REQUESTS);
  const get: Get = async (path) => {
    const signal = AbortSignal.timeout(READ_TIMEOUT_MS);
    const release = await requests.take(1);
    return getBytesFromAuditor(`${url}/${path}`, token, signal).finally(release);
  };
  return {
    head: async () => headOf(await get('checkpoint')),
    quorate: async () => headOf((await get('v1/checkpoint/quorate')) ?? (await get('checkpoint'))),
    nodes: createNodes(get),
    indexes: async (records) => {
      const answer = jsonIn(await get(`v1/log/indexes?records=${records.join(',')}`));
      const { indexes } = answer as { readonly indexes?: unknown };
      if (Array.isArray(indexes) && indexes.length === records.length && indexes.every(isIndex))
        return indexes;
      throw unexpected();
    },
    lacking: async () => {
      const { lacking } = jsonIn(await get('v1/log/lacking')) as { readonly lacking?: EndedLog | null };
      if (lacking === undefined) throw unexpected();
      return lacking ?? undefined;
    },
  };
}

const jsonIn = (bytes: Buffer | undefined): unknown =>
  Object(parseStrictJson(bytes?.toString('utf8') ?? '{}', LIMITS));

const unexpected = () => fail('unreachable', 'the answer of the auditor has an unexpected form');

function headOf(bytes: Buffer | undefined): LogHead {
  if (bytes === undefined) throw fail('not-ready', 'no checkpoint was published yet');
  const note = bytes.toString('utf8');
  const { origin, size } = parseCheckpointText(parseNote(note).text);
  return { note, origin, size };
}

/** Requests a path; undefined for a 404. */
type Get = (path: string) => Promise<Buffer | undefined>;

function createNodes(get: Get): LogReader['nodes'] {
  const full = createBoundedMap<Uint8Array>(TILES_IN_MEMORY);
  const readTile = async (origin: string, tile: Tile): Promise<Uint8Array> => {
    const path = tilePath(tile);
    const name = `${origin} ${path}`;
    const bytes = full.get(name) ?? (await get(path));
    if (bytes?.length !== tile.width * HASH_BYTES)
      throw fail('unreachable', 'the auditor does not have a tile of its log, or it is cut off');
    if (tile.width === TILE_WIDTH) full.set(name, bytes);
    return bytes;
  };
  return ({ origin, size }) => nodesInTiles(size, (tile) => readTile(origin, tile));
}

const isIndex = (value: unknown): value is number | null =>
  value === null || (Number.isSafeInteger(value) && (value as number) >= 0);
