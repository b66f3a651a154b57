import { closeSync, openSync } from 'node:fs';
import { channel } from 'node:diagnostics_channel';
import { createRequire } from 'node:module';
import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';
import { fail } from '../kernel/errors.js';
import { storeError } from './sqlite-error.js';
import { WAL_BYTES } from './wal/checkpoint-wal.js';

/** A value that SQLite stores. */
export type SqlValue = string | number | bigint | null | Uint8Array;

/** A statement; `P` is the list of its parameters, `R` a row of its result. */
export interface Statement<P extends readonly SqlValue[], R> {
  get(...params: P): R | undefined;
  all(...params: P): readonly R[];
  run(...params: P): { readonly changes: number; readonly rowid: number };
}

/**
 * One SQLite file. All methods are synchronous. When `transaction` returns, its changes survive the end of the process; they
 * survive a power cut once the write-ahead log was flushed (`wal/flush-wal.ts`).
 */
export interface Database {
  /** Compiles nothing before the first use: the 330 statements of a gateway take 1.8 MiB, and an idle one needs few of them. */
  prepare<P extends readonly SqlValue[] = [], R = never>(sql: string): Statement<P, R>;
  exec(sql: string): void;
  /** Runs `work` in a transaction, or a savepoint within one; an error rolls it back. Throws `full` for a full disk. */
  transaction<T>(work: () => T): T;
  /** Runs several reads on one state of the database and locks it once. Not to be used within a transaction. */
  read<T>(work: () => T): T;
  /** The number of the last change of this connection; it rises with each. */
  commits(): number;
  /**
   * Moves the write-ahead log into the file and truncates it, so that erased data is in neither; false when a reader of the
   * file prevented it.
   */
  checkpoint(): boolean;
  close(): void;
}

/** The part of the `node:sqlite` API that is used here; the package for Node 20 has it too. */
interface Sqlite {
  readonly DatabaseSync: new (path: string, options?: { readonly readOnly: boolean }) => DatabaseSyncInstance;
  /** Copies pages of the state that an open transaction of the connection reads, else of the newest. */
  readonly backup: (db: DatabaseSyncInstance, target: string) => Promise<unknown>;
}

/** The message on the diagnostics channel `STATEMENTS` for each prepared statement. */
export interface PreparedSql {
  readonly sql: string;
  /** SQLite's plan: the lines of `EXPLAIN QUERY PLAN`. */
  plan(): readonly string[];
}

/** The diagnostics channel of prepared statements; nothing is published without a subscriber. */
export const STATEMENTS = 'liaison:sqlite:statement';

const statements = channel(STATEMENTS);
/** How long a statement waits for another process that uses the file. */
export const BUSY_MS = 5_000;
/**
 * A transaction does not wait for the disk (`synchronous`); the log is flushed when it begins anew and before it is moved into
 * the database. Deleted data is overwritten (`secure_delete`). Savepoint journals stay in memory (`temp_store`): their files
 * would hold content in a temporary folder, and were a quarter of all written pages.
 */
const PRAGMAS = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA secure_delete = ON;
  PRAGMA busy_timeout = ${BUSY_MS};
  PRAGMA foreign_keys = OFF;
  PRAGMA temp_store = MEMORY;
  PRAGMA wal_autocheckpoint = 4000;
  PRAGMA cache_size = -8192;
  PRAGMA journal_size_limit = ${WAL_BYTES};
`;

/** Returns Node's built-in SQLite (22.16 and later), else the package with the same API. */
export function loadSqlite(): Sqlite {
  const builtIn = process.getBuiltinModule?.('node:sqlite') as Partial<Sqlite> | undefined;
  const isWhole = builtIn?.backup !== undefined;
  return (isWhole ? builtIn : createRequire(import.meta.url)('@photostructure/sqlite')) as Sqlite;
}

/**
 * Creates a file that is readable by its owner only, before SQLite opens it. An existing file is not opened: closing it would
 * drop the locks that connections of this process hold.
 */
export function createOwnFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/**
 * Opens or creates the file (mode 0600) and applies the missing `migrations`; its version is the number of applied ones.
 * Throws `config-invalid` when a newer program wrote it; for a damaged header or schema an error that `isDamage` recognises.
 */
export function openDatabase(path: string, migrations: readonly string[]): Database {
  createOwnFile(path);
  const db = new (loadSqlite().DatabaseSync)(path);
  try {
    // Reads header and schema before any statement is prepared: a statement that is left over keeps a closed connection
    // open, which would later remove the write-ahead log of a new file at the same path.
    db.exec(`${PRAGMAS}; SELECT count(*) FROM sqlite_schema`);
    const database = wrap(db);
    migrate(db, database, migrations);
    return database;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * Copies a consistent state of a database, to which other processes may be writing, into an empty file; returns its schema
 * version. Does not copy deleted data. Blocks the process meanwhile, and does not flush the file to disk.
 */
export function copyDatabase(path: string, target: string): number {
  const db = new (loadSqlite().DatabaseSync)(path);
  try {
    db.exec(`PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA cache_size = -16384`);
    const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
    db.prepare('VACUUM INTO ?').run(target);
    return version;
  } finally {
    db.close();
  }
}

/** Returns the rows of one query on a database that another process may be writing; changes nothing. */
export function queryDatabase<Row>(path: string, sql: string): readonly Row[] {
  const db = new (loadSqlite().DatabaseSync)(path, { readOnly: true });
  try {
    db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    return db.prepare(sql).all() as readonly unknown[] as readonly Row[];
  } finally {
    db.close();
  }
}

function wrap(db: DatabaseSyncInstance): Database {
  let [depth, commits] = [0, 0];
  const [outer, inner] = [bracketOf(db, BRACKETS.outer), bracketOf(db, BRACKETS.inner)];
  return {
    prepare: (sql) => {
      if (statements.hasSubscribers)
        statements.publish({ sql, plan: () => planOf(db, sql) } satisfies PreparedSql);
      let compiled: StatementSyncInstance | undefined;
      const statement = () => (compiled ??= db.prepare(sql));
      return {
        get: (...params) => statement().get(...params),
        all: (...params) => statement().all(...params),
        run: (...params) => {
          // Within a transaction the change is counted with it, once more.
          commits += 1;
          const { changes, lastInsertRowid } = statement().run(...params);
          return { changes, rowid: Number(lastInsertRowid) };
        },
      };
    },
    exec: (sql) => {
      commits += 1;
      db.exec(sql);
    },
    transaction: (work) => {
      const bracket = depth === 0 ? outer : inner;
      depth += 1;
      try {
        return bracket(work);
      } finally {
        depth -= 1;
        commits += 1;
      }
    },
    commits: () => commits,
    read: bracketOf(db, BRACKETS.reading),
    checkpoint: () => checkpoint(db),
    close: () => db.close(),
  };
}

/**
 * Truncates the log without waiting for readers: a reader may be a backup that takes minutes, and waiting would block the
 * process.
 */
function checkpoint(db: DatabaseSyncInstance): boolean {
  db.exec('PRAGMA busy_timeout = 0');
  try {
    const { busy } = db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() as { readonly busy: number };
    return busy === 0;
  } finally {
    db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
  }
}

function planOf(db: DatabaseSyncInstance, sql: string): readonly string[] {
  const rows = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as readonly { readonly detail: string }[];
  return rows.map(({ detail }) => detail);
}

/** Prepares begin and commit, which run around every change; a rollback is rare and may be two statements. */
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

/** Rolls back; does nothing after a failure, such as a full disk, that has already ended the transaction. */
function undo(db: DatabaseSyncInstance, rollback: string): void {
  try {
    db.exec(rollback);
  } catch {
    // No transaction is open.
  }
}

function migrate(db: DatabaseSyncInstance, database: Database, migrations: readonly string[]): void {
  const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
  if (version > migrations.length) {
    throw fail(
      'config-invalid',
      `the database has version ${version}, this program supports ${migrations.length}`,
    );
  }
  for (const [index, sql] of migrations.entries()) {
    if (index < version) continue;
    database.transaction(() => db.exec(`${sql}; PRAGMA user_version = ${index + 1}`));
  }
}
