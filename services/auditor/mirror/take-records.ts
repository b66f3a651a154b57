import { encodeBase64url } from '../../shared/kernel/base64url.js';
import { fail, type LiaisonError } from '../../shared/kernel/errors.js';
import type { Entry, KeptEntry } from '../../shared/store/append/archived-entry.js';
import { createFrontier, perfectNodes } from '../../shared/tlog/frontier.js';
import { nodesInTiles } from '../../shared/tlog/tile-nodes.js';
import { parseEntryBundle, TILE_WIDTH, tileWidth } from '../../shared/tlog/tiles.js';
import { rootAt } from '../../shared/tlog/tree-proof.js';
import type { TreeHead } from '../../shared/tlog/verify-proof.js';
import { leafHash } from '../../shared/trust/merkle.js';
import type { Archive } from '../archive.js';
import { entryOf } from '../log/log-entries.js';
import type { LogTree } from '../log/log-tree.js';
import { takeRecords } from '../log/open-log.js';
import { recordError } from './mirrored-record.js';
import type { Primary } from './primary.js';
import { provedRoot } from './proved-root.js';

interface TakeDeps {
  readonly primary: Pick<Primary, 'records' | 'tile'>;
  readonly archive: Pick<Archive, 'count' | 'keep' | 'read'>;
  readonly tree: LogTree;
  /** Throws unless the hub signed the record. */
  readonly verify: (record: KeptEntry) => Promise<void>;
}

/** A record, and its entry in the log; a ruled-out one has none. */
interface ReadRecord {
  readonly record: KeptEntry;
  readonly entry: Uint8Array | undefined;
}

/** The records that were read, and where their entries are in the log. */
interface Chunk {
  /** The index of the first entry. */
  readonly first: number;
  /** The size of the tree with all of them. */
  readonly size: number;
  readonly records: readonly ReadRecord[];
}

/**
 * Takes the next records of the auditor, at most up to a checkpoint, into archive and tree; resolves when they are fsynced. Takes
 * none unless the tree with them is the one of the checkpoint at that size, and the hub signed each. Throws `log-forked` if the
 * log of the checkpoint does not begin with the present tree, `record-flipped` or `record-dropped` with the number of the first
 * record that is not the entry in its place, `log-truncated` without a next record, and as `primary` and `verify` do.
 */
export async function takeNextRecords(deps: TakeDeps, head: TreeHead): Promise<void> {
  const { primary, archive, tree, verify } = deps;
  const chunk = upTo(head.size, tree.size(), await primary.records(archive.count() + 1));
  if (chunk.size === chunk.first)
    throw fail(
      'log-truncated',
      `the auditor lists no record with entry ${chunk.first}, though its log has ${head.size} entries`,
    );
  await expectInLog(deps, chunk, head);
  const records = chunk.records.map(({ record }) => record);
  await Promise.all(records.map(verify));
  await archive.keep(records.map(withoutNumber));
  await takeRecords(tree, archive, archive.count());
}

/** Returns a record as it is appended to a file, which numbers it itself. */
export function withoutNumber({ epoch, seq, subject, bytes, ruledOut }: KeptEntry): Entry {
  const entry = { epoch, seq, subject, bytes };
  return ruledOut === undefined ? entry : { ...entry, ruledOut };
}

/** Takes records in order until the tree has `size` entries. */
function upTo(size: number, first: number, listed: readonly KeptEntry[]): Chunk {
  const records: ReadRecord[] = [];
  let reached = first;
  for (const record of listed) {
    if (reached === size) break;
    const entry = readEntry(record);
    if (entry !== undefined) reached += 1;
    records.push({ record, entry });
  }
  return { first, size: reached, records };
}

function readEntry(record: KeptEntry): Uint8Array | undefined {
  try {
    return entryOf(record);
  } catch (thrown) {
    throw recordError(record, thrown);
  }
}

/** Requires the tree with these records to be the one of the checkpoint at its size. */
async function expectInLog(deps: TakeDeps, chunk: Chunk, head: TreeHead): Promise<void> {
  const grown = await rootWith(deps.tree, chunk);
  if (chunk.size === head.size && grown.equals(head.root)) return;
  const nodes = nodesInTiles(head.size, deps.primary.tile);
  if (grown.equals(await provedRoot(chunk.size, head, nodes))) return;
  const { first } = chunk;
  const own = await rootAt(first, deps.tree.node);
  if (first > 0 && !Buffer.from(own).equals(await provedRoot(first, head, nodes)))
    throw fail(
      'log-forked',
      `the checkpoint of ${head.size} entries does not follow from the ${first} that this mirror has`,
    );
  throw await differing(deps, chunk, head);
}

/** Returns the root of the tree with the records of a chunk, which stays as it is. */
async function rootWith(tree: LogTree, { first, records }: Chunk): Promise<Buffer> {
  const frontier = createFrontier(first, await Promise.all(perfectNodes(0, first).map(tree.node)));
  for (const { entry } of records) if (entry !== undefined) frontier.append(leafHash(entry));
  return Buffer.from(frontier.root());
}

/** Returns the error that names the first record which is not the entry that the auditor lists in its place. */
async function differing(
  { primary }: Pick<TakeDeps, 'primary'>,
  { first, size, records }: Chunk,
  head: TreeHead,
): Promise<LiaisonError> {
  const texts: string[] = [];
  for (let index = Math.floor(first / TILE_WIDTH); index * TILE_WIDTH < size; index += 1) {
    const place = { level: 'entries', index } as const;
    const bundle = await primary.tile({ ...place, width: tileWidth(place, head.size) });
    texts.push(...parseEntryBundle(bundle).map(encodeBase64url));
  }
  const entries = texts.slice(first % TILE_WIDTH);
  const own = records.filter(({ entry }) => entry !== undefined);
  for (const [at, { record, entry }] of own.entries()) {
    const digest = encodeBase64url(entry ?? new Uint8Array());
    if (digest === entries[at]) continue;
    const code = entries.includes(digest, at) ? 'record-dropped' : 'record-flipped';
    return fail(code, `record ${record.number} of the auditor is not entry ${first + at} of its log`);
  }
  return fail('digest-mismatch', `entries ${first} to ${size - 1} of the auditor are not in its checkpoint`);
}
