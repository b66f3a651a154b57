import { type OnAlarm, openDerived } from '../derived-database.js';
import {
  createQuarantineIndex,
  INDEX_ANEW,
  type IndexedEntry,
  QUARANTINE_MIGRATION,
  type QuarantineIndex,
  REASON_MIGRATION,
} from './quarantine-index.js';
import type { Database } from '../sqlite.js';

/** What the index knows of one record of the append-only file. */
export interface IndexedRecord {
  readonly number: number;
  /** Of the record's statement: the same record is never kept twice. */
  readonly digest: string;
  readonly epoch: string;
  readonly seq: number;
  /** Ids of the notices that it speaks of. */
  readonly notices: readonly string[];
  /** Whose notices it decides about for the first time; undefined for any other record. */
  readonly routes: string | undefined;
  /** Entries of the quarantine that it speaks of. */
  readonly entries: readonly IndexedEntry[];
  /** The command whose record it is. */
  readonly command: string | undefined;
}

/** An index that is derived from the file, and made anew from it whenever the two disagree. */
export interface RecordIndex {
  /** The number of the last record indexed; 0 when empty. */
  last(): number;
  digestOf(number: number): string | undefined;
  has(digest: string): boolean;
  /** The highest LEDGER sequence kept of an epoch; 0 when none. */
  lastSeq(epoch: string): number;
  numbersOf(notice: string): readonly number[];
  /** Of the records that decide about somebody's notices, or about anybody's; the newest first. */
  routing(org: string | undefined, limit: number): readonly number[];
  readonly quarantine: Omit<QuarantineIndex, 'add' | 'clear'>;
  /** One transaction. */
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
   ${INDEX_ANEW}`,
];

export function openRecordIndex(path: string, onAlarm: OnAlarm): RecordIndex {
  const db = openDerived(path, { migrations: MIGRATIONS, onAlarm });
  const last = db.prepare<[], { last: number | null }>('SELECT max(number) AS last FROM record');
  const digestOf = db.prepare<[number], { digest: string }>('SELECT digest FROM record WHERE number = ?');
  const has = db.prepare<[string], object>('SELECT 1 FROM record WHERE digest = ?');
  const lastSeq = db.prepare<[string], { seq: number | null }>(
    'SELECT max(seq) AS seq FROM record WHERE epoch = ?',
  );
  const numbersOf = db.prepare<[string], { number: number }>(
    'SELECT number FROM notice WHERE id = ? ORDER BY number',
  );
  const routing = createRouting(db);
  const addRecord = db.prepare<[number, string, string, number]>('INSERT INTO record VALUES (?, ?, ?, ?)');
  const addNotice = db.prepare<[string, number]>('INSERT OR IGNORE INTO notice VALUES (?, ?)');
  const quarantine = createQuarantineIndex(db);
  return {
    quarantine,
    last: () => last.get()?.last ?? 0,
    digestOf: (number) => digestOf.get(number)?.digest,
    has: (digest) => has.get(digest) !== undefined,
    lastSeq: (epoch) => lastSeq.get(epoch)?.seq ?? 0,
    numbersOf: (notice) => numbersOf.all(notice).map(({ number }) => number),
    routing: routing.list,
    add: (records) =>
      db.transaction(() => {
        for (const { number, digest, epoch, seq, notices, routes, entries, command } of records) {
          addRecord.run(number, digest, epoch, seq);
          for (const id of notices) addNotice.run(id, number);
          if (routes !== undefined) routing.add(routes, number);
          quarantine.add(number, entries, command);
        }
      }),
    clear: () =>
      db.transaction(() => {
        db.exec('DELETE FROM record; DELETE FROM notice; DELETE FROM routing');
        quarantine.clear();
      }),
    close: () => db.close(),
  };
}

/** Which records decide about whose notices. */
function createRouting(db: Database) {
  const add = db.prepare<[string, number]>('INSERT INTO routing VALUES (?, ?)');
  const ofOrg = db.prepare<[string, number], { number: number }>(
    'SELECT number FROM routing WHERE org = ? ORDER BY number DESC LIMIT ?',
  );
  const ofAny = db.prepare<[number], { number: number }>(
    'SELECT number FROM routing ORDER BY number DESC LIMIT ?',
  );
  return {
    add: (org: string, number: number): void => void add.run(org, number),
    list: (org: string | undefined, limit: number): readonly number[] =>
      (org === undefined ? ofAny.all(limit) : ofOrg.all(org, limit)).map(({ number }) => number),
  };
}
