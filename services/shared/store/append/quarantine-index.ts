import type { Database } from '../sqlite.js';

/** How one record of the ledger concerns a quarantine entry. */
export interface IndexedEntry {
  readonly org: string;
  readonly entry: string;
  /** `opens`: the message was quarantined; `closes`: it was replayed or discarded; `none`: any other command. */
  readonly effect: 'opens' | 'closes' | 'none';
  /** The error code that it was quarantined for; empty when the record has none. */
  readonly reason: string;
}

/** An entry with the numbers of the records that last opened and closed it; `closed` is 0 when none did. */
export interface ListedEntry {
  readonly org: string;
  readonly entry: string;
  readonly opened: number;
  readonly closed: number;
}

/** The filters of a list of entries; one that is absent matches any entry. */
export interface EntryQuery {
  readonly org?: string;
  /** The first hex digits of the entry. */
  readonly prefix?: string;
  readonly state?: 'open' | 'closed';
  /** The error code that it was last quarantined for. */
  readonly reason?: string;
  /** Only entries that come after this one in the list. */
  readonly after?: Pick<ListedEntry, 'org' | 'entry'>;
  readonly limit: number;
}

/** The part of the record index that is about quarantine and commands. */
export interface QuarantineIndex {
  /** Indexes a record; to be called within a transaction. */
  add(number: number, entries: readonly IndexedEntry[], command: string | undefined): void;
  /** The newest entry first; entries of one record by organisation and name. */
  list(query: EntryQuery): readonly ListedEntry[];
  /** The numbers of the newest `limit` records that concern an entry, ascending. */
  numbersOf(entry: Pick<ListedEntry, 'org' | 'entry'>, limit: number): readonly number[];
  /** The number of the last record of a command; undefined when there is none. */
  commandNumber(id: string): number | undefined;
  clear(): void;
}

/** Creates the tables of entries and commands. */
export const QUARANTINE_MIGRATION = `CREATE TABLE entry (
     org TEXT NOT NULL, entry TEXT NOT NULL, opened INTEGER NOT NULL, closed INTEGER NOT NULL, PRIMARY KEY (org, entry)
   ) WITHOUT ROWID;
   CREATE INDEX entry_opened ON entry (opened);
   CREATE TABLE entry_record (
     org TEXT NOT NULL, entry TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (org, entry, number)
   ) WITHOUT ROWID;
   CREATE TABLE command (id TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (id, number)) WITHOUT ROWID`;

/** Empties the index when a migration needs more of each record; it is then rebuilt from the append-only file. */
export const CLEAR_INDEX =
  'DELETE FROM entry; DELETE FROM entry_record; DELETE FROM command; DELETE FROM notice; DELETE FROM record';

/** Adds the reason of an entry. */
export const REASON_MIGRATION = `ALTER TABLE entry ADD COLUMN reason TEXT NOT NULL DEFAULT '';
   ${CLEAR_INDEX}`;

/** Creates the index on the tables of `QUARANTINE_MIGRATION` and `REASON_MIGRATION`. */
export function createQuarantineIndex(db: Database): QuarantineIndex {
  const open = db.prepare<[string, string, number, string]>(
    `INSERT INTO entry (org, entry, opened, closed, reason) VALUES (?, ?, ?, 0, ?)
     ON CONFLICT (org, entry) DO UPDATE SET opened = excluded.opened, reason = excluded.reason`,
  );
  const close = db.prepare<[number, string, string]>(
    'UPDATE entry SET closed = ? WHERE org = ? AND entry = ?',
  );
  const about = db.prepare<[string, string, number]>('INSERT OR IGNORE INTO entry_record VALUES (?, ?, ?)');
  const addCommand = db.prepare<[string, number]>('INSERT OR IGNORE INTO command VALUES (?, ?)');
  const numbers = db.prepare<[string, string, number], { number: number }>(
    'SELECT number FROM entry_record WHERE org = ? AND entry = ? ORDER BY number DESC LIMIT ?',
  );
  const command = db.prepare<[string], { number: number | null }>(
    'SELECT max(number) AS number FROM command WHERE id = ?',
  );
  return {
    add: (number, entries, commandId) => {
      for (const { org, entry, effect, reason } of entries) {
        if (effect === 'opens') open.run(org, entry, number, reason);
        if (effect === 'closes') close.run(number, org, entry);
        about.run(org, entry, number);
      }
      if (commandId !== undefined) addCommand.run(commandId, number);
    },
    list: createList(db),
    numbersOf: ({ org, entry }, limit) =>
      numbers
        .all(org, entry, limit)
        .map(({ number }) => number)
        .toReversed(),
    commandNumber: (id) => command.get(id)?.number ?? undefined,
    clear: () => db.exec('DELETE FROM entry; DELETE FROM entry_record; DELETE FROM command'),
  };
}

function createList(db: Database): QuarantineIndex['list'] {
  const opened = db.prepare<[string, string], { opened: number }>(
    'SELECT opened FROM entry WHERE org = ? AND entry = ?',
  );
  const list = db.prepare<[string, string, string, number, number, string, string, string], ListedEntry>(
    `SELECT org, entry, opened, closed FROM entry
     WHERE (?1 = '' OR org = ?1) AND substr(entry, 1, length(?2)) = ?2
       AND (?3 = '' OR (closed > opened) = (?3 = 'closed'))
       AND (?8 = '' OR reason = ?8)
       AND opened <= ?5 AND (opened < ?5 OR (org, entry) > (?6, ?7))
     ORDER BY opened DESC, org, entry LIMIT ?4`,
  );
  return ({ org = '', prefix = '', state = '', reason = '', after, limit }) => {
    const last = after ?? { org: '', entry: '' };
    // If the `after` entry was opened again meanwhile, it moved up the list: entries may repeat, but none is skipped.
    const from = after === undefined ? undefined : opened.get(after.org, after.entry)?.opened;
    const before = from ?? Number.MAX_SAFE_INTEGER;
    return list.all(org, prefix, state, limit, before, last.org, last.entry, reason);
  };
}
