import { errorFrom, fail, isCode, type LiaisonError } from '../../shared/kernel/errors.js';
import { type Checkpoint, openCheckpoint } from '../../shared/tlog/checkpoint.js';
import { rootAt } from '../../shared/tlog/tree-proof.js';
import type { NoteKey } from '../../shared/tlog/vkey.js';
import type { Archive } from '../archive.js';
import { checkRecords } from './check-records.js';
import type { HeadFile, StoredHead } from './head-file.js';
import { entryOf } from './log-entries.js';
import { createLogTree, type LogTree, openLogTree } from './log-tree.js';
import type { TileStore } from './tile-store.js';

/** A log as it was opened: its tree, the checkpoint that was signed last, and the first record that the tree lacks. */
export interface OpenedLog {
  readonly tree: LogTree;
  readonly head: (StoredHead & { readonly checkpoint: Checkpoint }) | undefined;
  readonly nextRecord: number;
}

interface OpenSealedLogDeps {
  readonly archive: Pick<Archive, 'read' | 'count'>;
  readonly store: TileStore;
  readonly file: HeadFile;
  readonly origin: string;
  readonly keys: readonly NoteKey[];
  readonly signal: AbortSignal;
}

/** Unwritten tiles after which they are written while a long log is taken into its tree. */
const TILES_AT_ONCE = 64;

/**
 * Opens the log at its newest checkpoint, without reading the records before it. If its tiles are damaged, they are made
 * again from the records. Throws `ledger-damaged`, with the record if the records are not those that were signed.
 */
export async function openSealedLog(deps: OpenSealedLogDeps): Promise<OpenedLog> {
  const { archive, store, file, origin, keys } = deps;
  const stored = file.read();
  if (stored === undefined) return { tree: createLogTree(store), head: undefined, nextRecord: 1 };
  const checkpoint = await openCheckpoint(stored.note, { origin, keys });
  const head = { ...stored, checkpoint };
  const there = archive.count();
  if (there < stored.records)
    throw rolledBack(`the file has ${there} records, a checkpoint of ${stored.records} was signed`);
  const tree = await treeOfTiles(store, head).catch((thrown: unknown) => {
    if (isCode(thrown, 'ledger-damaged')) return undefined;
    throw errorFrom(thrown);
  });
  const nextRecord = stored.records + 1;
  if (tree !== undefined) return { tree, head, nextRecord };
  const fault = await checkRecords(checkpoint, { ...deps, lastEntries: stored.entries });
  if (fault !== undefined) throw fault;
  return { tree: await treeOfRecords(deps, stored.records), head, nextRecord };
}

/** Returns the error for records that were in the log and are not on disk. */
export function rolledBack(message: string): LiaisonError {
  return fail('ledger-rolled-back', message);
}

/** Takes records into the tree up to the number `last`; returns the number of the next. Writes the full tiles in between. */
export async function takeRecords(
  tree: LogTree,
  archive: Pick<Archive, 'read'>,
  { from, last }: { readonly from: number; readonly last: number },
): Promise<number> {
  let next = from;
  for await (const record of last < from ? [] : archive.read(from, last - from + 1)) {
    const entry = entryOf(record);
    if (entry !== undefined) tree.append(entry);
    next = record.number + 1;
    if (tree.unwritten() >= TILES_AT_ONCE) await tree.flush();
  }
  return next;
}

async function treeOfTiles(
  store: TileStore,
  { checkpoint, entries }: StoredHead & { readonly checkpoint: Checkpoint },
): Promise<LogTree> {
  const tree = await openLogTree(store, checkpoint.size, entries);
  const root = Buffer.from(await rootAt(checkpoint.size, tree.node));
  if (root.equals(checkpoint.root)) return tree;
  throw fail('ledger-damaged', 'the tiles of the log do not have the root that was signed');
}

async function treeOfRecords({ archive, store }: OpenSealedLogDeps, last: number): Promise<LogTree> {
  const tree = createLogTree(store);
  await takeRecords(tree, archive, { from: 1, last });
  await tree.flush();
  return tree;
}
