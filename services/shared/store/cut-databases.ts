import { closeSync, openSync } from 'node:fs';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { fail } from '../kernel/errors.js';
import { BUSY_MS, isBusy, isDamage, loadSqlite } from './sqlite.js';

interface CutParams {
  /** Databases in which nothing can be written until `work` ends. */
  readonly held: readonly string[];
  /** Databases whose state is taken before `work` begins. */
  readonly read: readonly string[];
}

/** The states of several databases as of one moment, until `close`. */
export interface DatabaseCut {
  /** Copies the state of one into a new file (mode 0600), in parts, so that the event loop is not blocked. */
  copy(path: string, target: string): Promise<void>;
  close(): void;
}

/**
 * Takes the states of all databases while none of `held` can be written, and runs `work` before they can be again: what `work`
 * reads is no older than the states, and contains no consequence of a later change. Their processes wait meanwhile (up to
 * `BUSY_MS`, then their writes fail), and go on while the states are copied. Throws `busy` when a process writes for as long,
 * and `config-invalid` for a damaged database.
 */
export async function cutDatabases(
  { held, read }: CutParams,
  work: () => Promise<void>,
): Promise<DatabaseCut> {
  const writers: DatabaseSyncInstance[] = [];
  const readers = new Map<string, DatabaseSyncInstance>();
  const close = (): void => readers.forEach((db) => db.close());
  try {
    for (const path of held) writers.push(openWith(path, (db) => db.exec('BEGIN IMMEDIATE')));
    // The transaction begins to read with the first statement.
    for (const path of [...held, ...read])
      readers.set(
        path,
        openWith(path, (db) => db.exec('BEGIN; SELECT 1 FROM sqlite_schema')),
      );
    await work();
  } catch (thrown) {
    close();
    throw thrown;
  } finally {
    for (const db of writers) db.close();
  }
  return { copy: (path, target) => copyState(readers.get(path), target), close };
}

function openWith(path: string, begin: (db: DatabaseSyncInstance) => void): DatabaseSyncInstance {
  const { DatabaseSync } = loadSqlite();
  const db = new DatabaseSync(path);
  try {
    db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
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
