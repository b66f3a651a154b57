import { type OnAlarm, openDerived } from '../derived-database.js';
import {
  createQuarantineIndex,
  CLEAR_INDEX,
  type IndexedEntry,
  QUARANTINE_MIGRATION,
  type QuarantineIndex,
  REASON_MIGRATION,
} from './quarantine-index.js';
import { createHeldIndex, HELD_MIGRATION, HELD_UNSEALS_MIGRATION, type HeldIndex } from './held-index.js';
import { TAKEN_BACK_MIGRATION } from './taken-back.js';
import type { Database } from '../sqlite.js';

/** The index entry of one record of the append-only file. */
export interface IndexedRecord {
  readonly number: number;
  /** The digest of the record's statement, which keeps a record from being stored twice. */
  readonly digest: string;
  readonly epoch: string;
  readonly seq: number;
  /** The ids of the notices that it concerns, and the digests of the records that its receipts answer. */
  readonly notices: readonly string[];
  /** The originator of a routing record; undefined for any other record. */
  readonly routes: string | undefined;
  /** The quarantine entries that it concerns. */
  readonly entries: readonly IndexedEntry[];
  /** The id of the command that it records. */
  readonly command: string | undefined;
  /** True for the record that puts a recall in force. */
  readonly isRecall?: boolean;
  /** The version of the directory that it records, and the digest that it gives it. */
  readonly directory?: { readonly version: number; readonly digest: string } | undefined;
  /** The id of the command that ruled the record out, if any. */
  readonly ruledOut?: string;
}

/** The numbers of two records that name different directories of one version. */
export interface DirectoryForkNumbers {
  readonly version: number;
  readonly first: number;
  readonly other: number;
}

/** The index of the append-only file: derived from it, and rebuilt when the two disagree. */
export interface RecordIndex {
  /** The number of the last record indexed; 0 when empty. */
  last(): number;
  digestOf(number: number): string | undefined;
  /** The number of the record with this digest; empty when there is none. */
  numbersWith(digest: string): readonly number[];
  /** The highest LEDGER sequence kept of an epoch; 0 when none. */
  lastSeq(epoch: string): number;
  /** The numbers of the records that concern a notice, and of the receipts that answer them, ascending. */
  numbersOf(notice: string): readonly number[];
  /** The numbers, up to `upTo`, of the routing records of an originator, or of all; newest first. */
  routing(org: string | undefined, limit: number, upTo?: number): readonly number[];
  /** The numbers of the ruled-out records, newest first. */
  ruledOut(limit: number): readonly number[];
  /** How many records before this number were ruled out. */
  ruledOutBefore(number: number): number;
  /** The numbers, from `from` on, of the records that put recalls in force; oldest first. */
  recalls(from: number, limit: number): readonly number[];
  /** For each version of the directory that records give two digests, the numbers of two such records; the first `limit` versions. */
  directoryForks(limit: number): readonly DirectoryForkNumbers[];
  readonly quarantine: Omit<QuarantineIndex, 'add' | 'clear'>;
  /** Who holds what; behind the records until it is caught up. */
  readonly held: Omit<HeldIndex, 'clear'>;
  /** Adds records in one transaction. */
  add(records: readonly IndexedRecord[]): void;
  clear(): void;
  close(): void;
}

const MIGRATIONS = [
  `CREATE TABLE record (number INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, epoch TEXT NOT NULL, seq INTEGER NOT NULL);
   CREATE INDEX record_seq ON record (epoch, seq);
   CREATE TABLE notice (id TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (id, number)) WITHOUT ROWID`,
  QUARANTINE_MIGRATION,
  REASON_MIGRATION,
  `CREATE TABLE routing (org TEXT NOT NULL, number INTEGER PRIMARY KEY);
   CREATE INDEX routing_org ON routing (org, number);
   ${CLEAR_INDEX}`,
  'CREATE TABLE ruled_out (number INTEGER PRIMARY KEY)',
  HELD_MIGRATION,
  // Receipts are found by the records that they answer.
  `${CLEAR_INDEX}; DELETE FROM routing; DELETE FROM ruled_out`,
  // Records of actions and requests are found by the notice that they are about.
  `${CLEAR_INDEX}; DELETE FROM routing; DELETE FROM ruled_out`,
  HELD_UNSEALS_MIGRATION,
  // Recalls are listed, and found by the notice that they are about.
  `CREATE TABLE recall (number INTEGER PRIMARY KEY);
   ${CLEAR_INDEX}; DELETE FROM routing; DELETE FROM ruled_out`,
  // Records of the directory are compared by version.
  `CREATE TABLE directory_version (version INTEGER, digest TEXT, number INTEGER NOT NULL, PRIMARY KEY (version, digest)) WITHOUT ROWID;
   ${CLEAR_INDEX}; DELETE FROM routing; DELETE FROM ruled_out; DELETE FROM recall`,
  TAKEN_BACK_MIGRATION,
];

/** Opens or creates the index; a damaged one is moved aside, reported to `onAlarm`, and starts empty. */
export function openRecordIndex(path: string, onAlarm: OnAlarm): RecordIndex {
  const db = openDerived(path, { migrations: MIGRATIONS, onAlarm });
  const find = createLookUps(db);
  const routing = createRouting(db);
  const addRecord = db.prepare<[number, string, string, number]>('INSERT INTO record VALUES (?, ?, ?, ?)');
  const ruledOut = createRuledOut(db);
  const recalls = createRecalls(db);
  const directories = createDirectoryVersions(db);
  const addNotice = db.prepare<[string, number]>('INSERT OR IGNORE INTO notice VALUES (?, ?)');
  const quarantine = createQuarantineIndex(db);
  const held = createHeldIndex(db);
  return {
    ...find,
    quarantine,
    held,
    routing: routing.list,
    ruledOut: ruledOut.list,
    ruledOutBefore: ruledOut.before,
    recalls: recalls.list,
    directoryForks: directories.forks,
    add: (records) =>
      db.transaction(() => {
        for (const record of records) {
          const { number, digest, epoch, seq } = record;
          addRecord.run(number, digest, epoch, seq);
          for (const id of record.notices) addNotice.run(id, number);
          if (record.routes !== undefined) routing.add(record.routes, number);
          if (record.ruledOut !== undefined) ruledOut.add(number);
          if (record.isRecall === true) recalls.add(number);
          if (record.directory !== undefined) directories.add(record.directory, number);
          quarantine.add(number, record.entries, record.command);
        }
      }),
    clear: () => db.transaction(() => clearTables(db, [quarantine, held])),
    close: () => db.close(),
  };
}

function clearTables(db: Database, indexes: readonly { readonly clear: () => void }[]): void {
  db.exec(
    'DELETE FROM record; DELETE FROM notice; DELETE FROM routing; DELETE FROM ruled_out; DELETE FROM recall; DELETE FROM directory_version',
  );
  for (const { clear } of indexes) clear();
}

/** Creates the look-ups by digest, notice, position and organisation. */
function createLookUps(
  db: Database,
): Pick<RecordIndex, 'last' | 'digestOf' | 'numbersWith' | 'lastSeq' | 'numbersOf'> {
  const last = db.prepare<[], { last: number | null }>('SELECT max(number) AS last FROM record');
  const digestOf = db.prepare<[number], { digest: string }>('SELECT digest FROM record WHERE number = ?');
  const withDigest = db.prepare<[string], { number: number }>('SELECT number FROM record WHERE digest = ?');
  const lastSeq = db.prepare<[string], { seq: number | null }>(
    'SELECT max(seq) AS seq FROM record WHERE epoch = ?',
  );
  const numbersOf = db.prepare<[string], { number: number }>(
    'SELECT number FROM notice WHERE id = ? ORDER BY number',
  );
  const numbersAbout = (name: string): readonly number[] => numbersOf.all(name).map(({ number }) => number);
  return {
    last: () => last.get()?.last ?? 0,
    digestOf: (number) => digestOf.get(number)?.digest,
    numbersWith: (digest) => withDigest.all(digest).map(({ number }) => number),
    lastSeq: (epoch) => lastSeq.get(epoch)?.seq ?? 0,
    numbersOf: (notice) => {
      const own = numbersAbout(notice);
      const answers = own.flatMap((number) => numbersAbout(digestOf.get(number)?.digest ?? ''));
      return [...new Set([...own, ...answers])].toSorted((a, b) => a - b);
    },
  };
}

/** Lists the numbers of routing records by originator. */
function createRouting(db: Database) {
  const add = db.prepare<[string, number]>('INSERT INTO routing VALUES (?, ?)');
  const ofOrg = db.prepare<[string, number, number], { number: number }>(
    'SELECT number FROM routing WHERE org = ? AND number <= ? ORDER BY number DESC LIMIT ?',
  );
  const ofAny = db.prepare<[number, number], { number: number }>(
    'SELECT number FROM routing WHERE number <= ? ORDER BY number DESC LIMIT ?',
  );
  return {
    add: (org: string, number: number): void => void add.run(org, number),
    list: (
      org: string | undefined,
      limit: number,
      upTo: number = Number.MAX_SAFE_INTEGER,
    ): readonly number[] =>
      (org === undefined ? ofAny.all(upTo, limit) : ofOrg.all(org, upTo, limit)).map(({ number }) => number),
  };
}

/** Creates the list of recalls. */
function createRecalls(db: Database) {
  const add = db.prepare<[number]>('INSERT INTO recall VALUES (?)');
  const from = db.prepare<[number, number], { number: number }>(
    'SELECT number FROM recall WHERE number >= ? ORDER BY number LIMIT ?',
  );
  return {
    add: (number: number): void => void add.run(number),
    list: (first: number, limit: number): readonly number[] =>
      from.all(first, limit).map(({ number }) => number),
  };
}

/** Creates the comparison of the digests of each version of the directory; keeps the first two of a version. */
function createDirectoryVersions(db: Database) {
  const add = db.prepare<[number, string, number, number]>(
    `INSERT OR IGNORE INTO directory_version
     SELECT ?, ?, ? WHERE (SELECT count(*) FROM directory_version WHERE version = ?) < 2`,
  );
  const forks = db.prepare<[number], DirectoryForkNumbers>(
    `SELECT version, min(number) AS first, max(number) AS other FROM directory_version
     GROUP BY version HAVING count(*) > 1 ORDER BY version LIMIT ?`,
  );
  return {
    add: ({ version, digest }: NonNullable<IndexedRecord['directory']>, number: number): void =>
      void add.run(version, digest, number, version),
    forks: (limit: number): readonly DirectoryForkNumbers[] => forks.all(limit),
  };
}

/** Creates the list of ruled-out records. */
function createRuledOut(db: Database) {
  const add = db.prepare<[number]>('INSERT INTO ruled_out VALUES (?)');
  const newest = db.prepare<[number], { number: number }>(
    'SELECT number FROM ruled_out ORDER BY number DESC LIMIT ?',
  );
  const before = db.prepare<[number], { count: number }>(
    'SELECT count(*) AS count FROM ruled_out WHERE number < ?',
  );
  return {
    add: (number: number): void => void add.run(number),
    before: (number: number): number => before.get(number)?.count ?? 0,
    list: (limit: number): readonly number[] => newest.all(limit).map(({ number }) => number),
  };
}
