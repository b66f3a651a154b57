import { closeSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { fail, LiaisonError } from '../kernel/errors.js';

export type SqlValue = string | number | bigint | null | Uint8Array;

/** A prepared statement; `P` its parameters in order, `R` the row it gives. */
export interface Statement<P extends readonly SqlValue[], R> {
  get(...params: P): R | undefined;
  all(...params: P): readonly R[];
  run(...params: P): { readonly changes: number; readonly rowid: number };
}

/** One SQLite file. Synchronous: what `transaction` returns from is on the disk. */
export interface Database {
  prepare<P extends readonly SqlValue[] = [], R = never>(sql: string): Statement<P, R>;
  exec(sql: string): void;
  /** All or nothing; a transaction within one is a savepoint. Throws `full` when the disk is. */
  transaction<T>(work: () => T): T;
  /** Many reads of one state: the lock, which each of them asks for alone, is asked for once. Not within a transaction. */
  read<T>(work: () => T): T;
  /** Moves the write-ahead log into the file and empties it, so that what was erased is in neither. */
  checkpoint(): void;
  close(): void;
}

/** The part of the `node:sqlite` API that is used here; both builds have it. */
interface Sqlite {
  readonly DatabaseSync: new (path: string) => DatabaseSyncInstance;
}

const SQLITE_FULL = 13;
const [SQLITE_CORRUPT, SQLITE_NOTADB] = [11, 26];
/**
 * Durable before it is answered, and erased when deleted (freed pages are overwritten). What a savepoint would undo stays in
 * memory: its file would be content in a folder of temporary files, and took a quarter of the pages that were written.
 */
const PRAGMAS = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA secure_delete = ON;
  PRAGMA busy_timeout = 5000;
  PRAGMA foreign_keys = OFF;
  PRAGMA temp_store = MEMORY;
  PRAGMA wal_autocheckpoint = 4000;
  PRAGMA cache_size = -8192;
  PRAGMA journal_size_limit = 16777216;
`;

/** Node's own SQLite where it has it (22.13 and later), else the same API prebuilt for Node 20. */
export function loadSqlite(): Sqlite {
  const builtIn: unknown = process.getBuiltinModule?.('node:sqlite');
  return (builtIn ?? createRequire(import.meta.url)('@photostructure/sqlite')) as Sqlite;
}

/**
 * Opens or makes the file (0600) and brings it to the last of `migrations`; its version is how many were applied.
 * Throws `config-invalid` when a newer program wrote it, and what `isDamage` knows when its header or schema is damaged.
 */
export function openDatabase(path: string, migrations: readonly string[]): Database {
  closeSync(openSync(path, 'a', 0o600));
  const db = new (loadSqlite().DatabaseSync)(path);
  try {
    // Header and schema are read before any statement is prepared: one that is left over holds a closed connection open, and
    // at its end that would remove the log of whatever has taken the file's place.
    db.exec(`${PRAGMAS}; SELECT count(*) FROM sqlite_schema`);
    const database = wrap(db);
    migrate(db, database, migrations);
    return database;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Whether it was thrown because the file is damaged, or no database at all. */
export function isDamage(thrown: unknown): boolean {
  const code = errcodeOf(thrown) & 0xff;
  return code === SQLITE_CORRUPT || code === SQLITE_NOTADB;
}

function errcodeOf(thrown: unknown): number {
  const { errcode } = Object(thrown) as { readonly errcode?: unknown };
  return Number(errcode ?? 0);
}

function wrap(db: DatabaseSyncInstance): Database {
  let depth = 0;
  const [outer, inner] = [bracketOf(db, BRACKETS.outer), bracketOf(db, BRACKETS.inner)];
  return {
    prepare: (sql) => {
      const statement = db.prepare(sql);
      return {
        get: (...params) => statement.get(...params),
        all: (...params) => statement.all(...params),
        run: (...params) => {
          const { changes, lastInsertRowid } = statement.run(...params);
          return { changes, rowid: Number(lastInsertRowid) };
        },
      };
    },
    exec: (sql) => db.exec(sql),
    transaction: (work) => {
      const bracket = depth === 0 ? outer : inner;
      depth += 1;
      try {
        return bracket(work);
      } finally {
        depth -= 1;
      }
    },
    read: bracketOf(db, BRACKETS.reading),
    checkpoint: () => db.exec('PRAGMA wal_checkpoint(TRUNCATE)'),
    close: () => db.close(),
  };
}

/** Prepared, as it goes around every change; what undoes is rare, and may be two statements. */
function bracketOf(db: DatabaseSyncInstance, [first, last, undoing]: Bracket): <T>(work: () => T) => T {
  const [begin, commit] = [db.prepare(first), db.prepare(last)];
  return (work) => {
    begin.run();
    try {
      const result = work();
      commit.run();
      return result;
    } catch (error) {
      undo(db, undoing);
      throw storeError(error);
    }
  };
}

type Bracket = (typeof BRACKETS)[keyof typeof BRACKETS];

const BRACKETS = {
  reading: ['BEGIN', 'COMMIT', 'ROLLBACK'],
  outer: ['BEGIN IMMEDIATE', 'COMMIT', 'ROLLBACK'],
  inner: ['SAVEPOINT step', 'RELEASE step', 'ROLLBACK TO step; RELEASE step'],
} as const;

/** Some failures (disk full) have ended the transaction by themselves; then there is nothing left to undo. */
function undo(db: DatabaseSyncInstance, rollback: string): void {
  try {
    db.exec(rollback);
  } catch {
    // Nothing is open.
  }
}

function storeError(error: unknown): unknown {
  if (error instanceof LiaisonError) return error;
  return errcodeOf(error) === SQLITE_FULL ? fail('full', 'the disk is full') : error;
}

function migrate(db: DatabaseSyncInstance, database: Database, migrations: readonly string[]): void {
  const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
  if (version > migrations.length) {
    throw fail(
      'config-invalid',
      `the database has version ${version}, this program knows ${migrations.length}`,
    );
  }
  for (const [index, sql] of migrations.entries()) {
    if (index < version) continue;
    database.transaction(() => db.exec(`${sql}; PRAGMA user_version = ${index + 1}`));
  }
}
