import { errorFrom, fail, isCode, type LiaisonError } from '../../shared/kernel/errors.js';
import { type Checkpoint, openCheckpoint } from '../../shared/tlog/checkpoint.js';
import { rootAt } from '../../shared/tlog/tree-proof.js';
import type { NoteKey } from '../../shared/tlog/vkey.js';
import type { Archive } from '../archive.js';
import { checkRecords } from './check-records.js';
import type { HeadFile, StoredHead } from './head-file.js';
import { createLogTree, type LogTree, openLogTree } from './log-tree.js';
import type { TileStore } from './tile-store.js';

/** A log as it was opened: its tree, and the checkpoint that was signed last. */
export interface OpenedLog {
  readonly tree: LogTree;
  readonly head: (StoredHead & { readonly checkpoint: Checkpoint }) | undefined;
  /** True if every record below the head was compared with it already. */
  readonly isChecked: boolean;
}

interface OpenSealedLogDeps {
  readonly archive: Pick<Archive, 'read' | 'count'>;
  readonly store: TileStore;
  readonly file: HeadFile;
  readonly origin: string;
  readonly keys: readonly NoteKey[];
  readonly signal: AbortSignal;
}

/** Full tiles that may wait in memory while many records are taken into the tree. */
const TILES_AT_ONCE = 64;

/**
 * Opens the log at its newest checkpoint, without reading the records before it. If its tiles are damaged, they are made
 * again from the records. Throws `ledger-damaged`, with the record if the records are not those that were signed.
 */
export async function openSealedLog(deps: OpenSealedLogDeps): Promise<OpenedLog> {
  const { archive, store, file, origin, keys } = deps;
  const stored = file.read();
  if (stored === undefined) return { tree: createLogTree(store), head: undefined, isChecked: true };
  const checkpoint = await openCheckpoint(stored.note, { origin, keys });
  const head = { ...stored, checkpoint };
  const there = archive.count();
  if (there < stored.records)
    throw rolledBack(`the file has ${there} records, a checkpoint of ${stored.records} was signed`);
  const tree = await treeOfTiles(store, head).catch((thrown: unknown) => {
    if (isCode(thrown, 'ledger-damaged')) return undefined;
    throw errorFrom(thrown);
  });
  if (tree !== undefined) return { tree, head, isChecked: false };
  const fault = await checkRecords(checkpoint, { ...deps, lastEntries: stored.entries });
  if (fault !== undefined) throw fault;
  return { tree: await treeOfRecords(deps, stored.records), head, isChecked: true };
}

/** Returns the error for records that were in the log and are not on disk. */
export function rolledBack(message: string): LiaisonError {
  return fail('ledger-rolled-back', message);
}

/**
 * Takes the records that the tree lacks into it, up to the number `last`, and writes full tiles in between. After a failure
 * the next call continues after the last record in the tree.
 */
export async function takeRecords(
  tree: LogTree,
  archive: Pick<Archive, 'read'>,
  last: number,
): Promise<void> {
  const taken = tree.lastRecord();
  for await (const record of last <= taken ? [] : archive.read(taken + 1, last - taken)) {
    tree.take(record);
    if (tree.unwritten() >= TILES_AT_ONCE) await tree.flush();
  }
}

async function treeOfTiles(
  store: TileStore,
  { checkpoint, records, entries }: StoredHead & { readonly checkpoint: Checkpoint },
): Promise<LogTree> {
  const tree = openLogTree(store, { size: checkpoint.size, lastRecord: records, entries });
  const root = Buffer.from(await rootAt(checkpoint.size, tree.node));
  if (root.equals(checkpoint.root)) return tree;
  throw fail('ledger-damaged', 'the tiles of the log do not have the root that was signed');
}

async function treeOfRecords({ archive, store }: OpenSealedLogDeps, last: number): Promise<LogTree> {
  const tree = createLogTree(store);
  await takeRecords(tree, archive, last);
  await tree.flush();
  return tree;
}
