import { closeSync, openSync } from 'node:fs';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { fail } from '../kernel/errors.js';
import { BUSY_MS, loadSqlite } from './sqlite.js';
import { isBusy, isDamage } from './sqlite-error.js';

interface CutParams {
  /** Databases in which nothing can be written until `work` ends. */
  readonly held: readonly string[];
  /** Databases whose state is taken before `work` begins. */
  readonly read: readonly string[];
  /** How long their processes may have to wait, in milliseconds; by default 3,000. */
  readonly maxHeldMs?: number;
}

/** Their processes wait longer than that for a lock (`BUSY_MS`), so that none of their writes fails. */
const MAX_HELD_MS = BUSY_MS - 2_000;

/** The states of several databases as of one moment, until `close`. */
export interface DatabaseCut {
  /** Copies the state of one into a new file (mode 0600), in parts, so that the event loop is not blocked. */
  copy(path: string, target: string): Promise<void>;
  close(): void;
}

/**
 * Takes the states of all databases while none of `held` can be written, and runs `work` before they can be again: what `work`
 * reads is no older than the states, and contains no consequence of a later change. Their processes wait meanwhile, and go on
 * while the states are copied. Throws `busy` when a process writes for too long, `timed-out` when `work` takes too long, and
 * `config-invalid` for a damaged database.
 */
export async function cutDatabases(
  { held, read, maxHeldMs = MAX_HELD_MS }: CutParams,
  work: () => Promise<void>,
): Promise<DatabaseCut> {
  const end = performance.now() + maxHeldMs;
  const writers: DatabaseSyncInstance[] = [];
  const readers = new Map<string, DatabaseSyncInstance>();
  const close = (): void => readers.forEach((db) => db.close());
  try {
    for (const path of held) writers.push(openBy(end, path, (db) => db.exec('BEGIN IMMEDIATE')));
    // The transaction begins to read with the first statement.
    for (const path of [...held, ...read])
      readers.set(
        path,
        openBy(end, path, (db) => db.exec('BEGIN; SELECT 1 FROM sqlite_schema')),
      );
    await endsBy(end, work());
  } catch (thrown) {
    close();
    throw thrown;
  } finally {
    for (const db of writers) db.close();
  }
  return { copy: (path, target) => copyState(readers.get(path), target), close };
}

const leftUntil = (end: number): number => Math.max(0, Math.round(end - performance.now()));

async function endsBy(end: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = fail('timed-out', 'what belongs to the databases could not be read in time');
    timer = setTimeout(() => reject(error), leftUntil(end));
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function openBy(end: number, path: string, begin: (db: DatabaseSyncInstance) => void): DatabaseSyncInstance {
  const db = new (loadSqlite().DatabaseSync)(path);
  const waitMs = leftUntil(end);
  try {
    db.exec(`PRAGMA busy_timeout = ${waitMs}`);
    begin(db);
    return db;
  } catch (thrown) {
    db.close();
    if (isBusy(thrown)) throw fail('busy', `\`${path}\` is being written by another process for too long`);
    if (isDamage(thrown)) throw fail('config-invalid', `\`${path}\` is damaged`);
    throw thrown;
  }
}

async function copyState(db: DatabaseSyncInstance | undefined, target: string): Promise<void> {
  if (db === undefined) throw fail('internal', 'a database that was not read');
  // Created first: SQLite would create it with the permissions of the process.
  closeSync(openSync(target, 'wx', 0o600));
  await loadSqlite().backup(db, target);
}
