import { isHolding } from '../../kernel/receipt-types.js';
import type { Database } from '../sqlite.js';
import { createReadReceipts } from './answers/shown-receipts.js';

/**
 * An organisation that a record allowed a revision of an own notice, until it signs that it holds nothing of
 * it.
 */
export interface OwnHolder {
  readonly org: string;
  /** The newest revision that it was allowed. */
  readonly number: number;
}

/** A restriction that is owed to some holders of a notice, and not signed yet. */
export interface OwedRestriction {
  readonly id: string;
  readonly reason: string;
  readonly holders: readonly OwedHolder[];
}

/** A holder that a restriction is owed to; `sections` absent for the whole notice. */
export interface OwedHolder {
  readonly to: string;
  readonly sections?: readonly string[];
}

/** The holders of own notices. Methods that write belong into a transaction. */
export interface OwnHolders {
  /** The holders of a notice, sorted by organisation. */
  of(id: string): readonly OwnHolder[];
  /**
   * Replaces the owed restrictions `no-longer-shared` of a notice: each holder that is denied the newest reported
   * revision is owed one, unless a restriction of the whole notice was signed after its revision. None is owed
   * while a newer revision waits for its report, because a restriction signed after that revision would bar it too.
   */
  deriveRestrictions(id: string): void;
  /** Notes that a restriction is owed; its sections are added to those owed already; the whole notice contains all. */
  owe(owed: OwedRestriction): void;
  /**
   * Returns owed restrictions, from at most `limit` rows: one for many holders may continue in the next call.
   */
  owed(limit: number): readonly OwedRestriction[];
  /**
   * Removes what a restriction for this reason covers of what is owed: for each of its holders everything, or
   * only its sections. Whatever else is owed stays.
   */
  settle(covered: OwedRestriction): void;
  /** Ids above `after` of notices with more than one revision, in order; read once after each start. */
  amended(after: string, limit: number): readonly string[];
  /** Ids above `after` of notices that were reported on and have not ended, in order. */
  shared(after: string, limit: number): readonly string[];
}

interface OwedRow {
  readonly id: string;
  readonly reason: string;
  readonly org: string;
  readonly sections: string | null;
}

/** Creates what is owed on the table `owed_restrict`. */
function createOwing(db: Database): Pick<OwnHolders, 'owe' | 'owed' | 'settle'> {
  const set = db.prepare<[string, string, string, string | null]>(
    'INSERT OR REPLACE INTO owed_restrict (id, reason, org, sections) VALUES (?, ?, ?, ?)',
  );
  const one = db.prepare<[string, string, string], Pick<OwedRow, 'sections'>>(
    'SELECT sections FROM owed_restrict WHERE id = ? AND reason = ? AND org = ?',
  );
  const all = db.prepare<[number], OwedRow>(
    'SELECT id, reason, org, sections FROM owed_restrict ORDER BY id, reason, org LIMIT ?',
  );
  const remove = db.prepare<[string, string, string]>(
    'DELETE FROM owed_restrict WHERE id = ? AND reason = ? AND org = ?',
  );
  const change = (owed: OwedRestriction, changed: (before: Owed, by: Owed) => Owed): void => {
    for (const { to, sections } of owed.holders) {
      const key = [owed.id, owed.reason, to] as const;
      const after = changed(readOwed(one.get(...key)), sections ?? 'whole');
      if (after === 'whole') set.run(...key, null);
      else if (after.length > 0) set.run(...key, JSON.stringify(after));
      else remove.run(...key);
    }
  };
  return {
    owe: (owed) => change(owed, united),
    owed: (limit) => groupOwed(all.all(limit)),
    settle: (covered) => change(covered, without),
  };
}

/** What is owed to one holder for one reason: the whole notice, or sections; none when nothing is owed. */
type Owed = 'whole' | readonly string[];

function readOwed(row: Pick<OwedRow, 'sections'> | undefined): Owed {
  if (row === undefined) return [];
  return row.sections === null ? 'whole' : (JSON.parse(row.sections) as readonly string[]);
}

function united(before: Owed, more: Owed): Owed {
  return before === 'whole' || more === 'whole' ? 'whole' : [...new Set([...before, ...more])];
}

/** A restriction of sections leaves the whole notice owed. */
function without(before: Owed, covered: Owed): Owed {
  if (covered === 'whole') return [];
  return before === 'whole' ? 'whole' : before.filter((section) => !covered.includes(section));
}

/** Groups sorted rows by notice and reason. */
function groupOwed(rows: readonly OwedRow[]): readonly OwedRestriction[] {
  const groups = new Map<string, { id: string; reason: string; holders: OwedHolder[] }>();
  for (const { id, reason, org, sections } of rows) {
    const key = `${id} ${reason}`;
    const group = groups.get(key) ?? { id, reason, holders: [] };
    groups.set(key, group);
    const named = sections === null ? {} : { sections: JSON.parse(sections) as readonly string[] };
    group.holders.push({ to: org, ...named });
  }
  return [...groups.values()];
}

interface Allowed {
  readonly org: string;
  readonly number: number;
  /** The type of its receipt; null without one. */
  readonly word: string | null;
}

/** The newest revision that the hub has reported on. */
interface Reported {
  readonly revision: number;
  readonly number: number;
  /** 1 while a newer revision waits for its report. */
  readonly isSuperseded: 0 | 1;
}

const NO_LONGER_SHARED = 'no-longer-shared';

/** Creates the holders on the tables of own notices, their receipts and actions. */
export function createOwnHolders(db: Database): OwnHolders {
  const holdersOf = createHoldersOf(db);
  const newest = db.prepare<[string], Reported>(
    `SELECT revision, number, EXISTS (SELECT 1 FROM own AS later WHERE later.id = own.id
       AND later.revision > own.revision AND later.state = 'queued') AS isSuperseded
     FROM own WHERE id = ? AND state IN ('routed', 'settled') ORDER BY revision DESC LIMIT 1`,
  );
  const clear = db.prepare<[string, string]>('DELETE FROM owed_restrict WHERE id = ? AND reason = ?');
  const restricted = createRestricted(db);
  const owing = createOwing(db);
  const amended = db.prepare<[string, number], { readonly id: string }>(
    'SELECT DISTINCT id FROM own INDEXED BY own_amended WHERE revision > 1 AND sd_jwt IS NOT NULL AND id > ? ORDER BY id LIMIT ?',
  );
  const shared = db.prepare<[string, number], { readonly id: string }>(
    "SELECT DISTINCT id FROM own WHERE id > ? AND +state IN ('routed', 'settled', 'disputed', 'lost') ORDER BY id LIMIT ?",
  );
  return {
    of: holdersOf,
    deriveRestrictions: (id) => {
      const now = newest.get(id);
      if (now?.revision === 1) return;
      clear.run(id, NO_LONGER_SHARED);
      if (now === undefined || now.isSuperseded) return;
      const since = restricted(id);
      const denied = holdersOf(id).filter(
        ({ org, number }) => number < now.number && !((since.get(org) ?? 0) > number),
      );
      owing.owe({ id, reason: NO_LONGER_SHARED, holders: denied.map(({ org: to }) => ({ to })) });
    },
    ...owing,
    amended: (after, limit) => amended.all(after, limit).map(({ id }) => id),
    shared: (after, limit) => shared.all(after, limit).map(({ id }) => id),
  };
}

/**
 * Creates the reader of holders: the recipients that signed a receipt for a revision, owe one, or are named for a lost
 * revision; also those that a narrowing, or the report on another frame, removed before a receipt, unless the revision is
 * the newest. A later `destroyed` about an action counts for the revisions below it.
 */
function createHoldersOf(db: Database): OwnHolders['of'] {
  const revisions = db.prepare<[string], { readonly seq: number; readonly number: number }>(
    'SELECT seq, number FROM own WHERE id = ? ORDER BY revision',
  );
  const [waiting, lost, narrowed] = (['waiting', 'lost_holder', 'narrowed'] as const).map((table) =>
    db.prepare<[number], { readonly org: string }>(`SELECT org FROM ${table} WHERE own = ?`),
  );
  const receipts = createReadReceipts(db);
  const allowedIn = (seq: number, number: number, isNewest: boolean): readonly Allowed[] => {
    const answered = receipts(seq).map(({ org, type }) => ({ org, number, word: type }));
    const names = new Set(answered.map(({ org }) => org));
    const promised = [waiting, lost].flatMap((table) => table?.all(seq) ?? []);
    const others = [...promised, ...(isNewest ? [] : (narrowed?.all(seq) ?? []))];
    const silent = others.filter(({ org }) => !names.has(org));
    return [...silent.map(({ org }) => ({ org, number, word: null })), ...answered];
  };
  const allowed = (id: string): readonly Allowed[] => {
    const all = revisions.all(id);
    return all.flatMap(({ seq, number }, at) => allowedIn(seq, number, at === all.length - 1));
  };
  const words = db.prepare<[string], Omit<Allowed, 'word'> & { readonly after: string | null }>(
    `SELECT org, number, after FROM own_item JOIN item_receipt ON item_receipt.item = own_item.seq
     WHERE id = ? AND originator = '' AND type = 'destroyed'`,
  );
  return (id) => {
    const holders = new Map<string, number>();
    for (const { org, number, word } of allowed(id)) {
      if (word === null || isHolding(word)) holders.set(org, Math.max(number, holders.get(org) ?? 0));
    }
    for (const { org, number, after } of words.all(id)) {
      if (after === null && number > (holders.get(org) ?? Infinity)) holders.delete(org);
    }
    return [...holders]
      .map(([org, number]) => ({ org, number }))
      .toSorted((a, b) => (a.org < b.org ? -1 : 1));
  };
}

/**
 * Creates the reader of the newest restriction of the whole notice for each holder, by its number. Refused,
 * held and ended ones do not count.
 */
function createRestricted(db: Database): (id: string) => ReadonlyMap<string, number> {
  const restrictions = db.prepare<[string], { readonly number: number; readonly fields: string }>(
    `SELECT number, fields FROM own_item WHERE id = ? AND originator = '' AND verb = 'restrict'
     AND state IN ('queued', 'routed', 'settled') ORDER BY number`,
  );
  return (id) => {
    const since = new Map<string, number>();
    for (const { number, fields } of restrictions.all(id)) {
      const { meant = [] } = JSON.parse(fields) as {
        readonly meant?: readonly { to: string; sections?: unknown }[];
      };
      for (const { to, sections } of meant) if (sections === undefined) since.set(to, number);
    }
    return since;
  };
}
