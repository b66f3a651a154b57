import type { Database } from '../sqlite.js';

/** What a report says about the items of a frame besides notices, by the digests of their statements. */
export interface RoutedItems {
  readonly frame: number;
  /** When the hub reported, in milliseconds since the epoch. */
  readonly at: number;
  /** The holders that each item is handed to. */
  readonly promised: readonly { readonly digest: string; readonly orgs: readonly string[] }[];
  /**
   * `number` is set where the item's number was wrong: the new one must be above it; 0 where the old one was
   * too high.
   */
  readonly refused: readonly { readonly digest: string; readonly code: string; readonly number?: number }[];
}

/** A holder's signed word about an own action; `before` and `after` are the disclosed digests that it held. */
export interface ItemWord {
  readonly digest: string;
  readonly org: string;
  readonly type: string;
  readonly code: string | null;
  readonly at: number;
  readonly kid: string;
  readonly before: string | null;
  readonly after: string | null;
  /** The receipt as the holder signed it. */
  readonly receipt: string;
}

/** A holder that has not answered an own action; `since` is when the hub reported, in milliseconds. */
export interface OwedAnswer {
  readonly org: string;
  readonly since: number;
}

/** A holder that an own action no longer goes to; `at` is when the hub said so, in milliseconds. */
export interface NarrowedItem {
  readonly org: string;
  readonly at: number;
}

/** Settles own items by their report and their receipts, in either order. Writes belong into a transaction. */
export interface ItemWords {
  routed(report: RoutedItems): void;
  /** Stores words of holders; returns the items that they settle. Unknown digests are skipped. */
  answered(words: readonly ItemWord[]): readonly number[];
  /** Stores the hub's last status of an action that a holder has not answered. */
  status(item: number, org: string, status: string): void;
  /** Notes that an item no longer goes to a holder: no answer of it is awaited. */
  unacted(narrowed: { readonly digest: string } & NarrowedItem): void;
  /** The holders that an item no longer goes to. */
  narrowedFor(item: number): readonly NarrowedItem[];
  owedFor(item: number): readonly OwedAnswer[];
  wordsOf(item: number): readonly Omit<ItemWord, 'digest'>[];
}

interface Found {
  readonly seq: number;
  readonly verb: string;
  readonly kind: string;
  readonly frame: number | null;
}

/** Creates the settlement on the tables of own items; `closeFrame` settles a frame whose last item is settled. */
export function createItemWords(db: Database, closeFrame: (frame: number) => void): ItemWords {
  const find = db.prepare<[string], Found>('SELECT seq, verb, kind, frame FROM own_item WHERE digest = ?');
  const settle = db.prepare<[number]>(
    `UPDATE own_item SET state = 'settled' WHERE seq = ? AND state = 'routed'
     AND NOT EXISTS (SELECT 1 FROM item_waiting WHERE item_waiting.item = own_item.seq)`,
  );
  const waiting = db.prepare<[number], OwedAnswer>(
    'SELECT org, since FROM item_waiting WHERE item = ? ORDER BY org',
  );
  const status = db.prepare<[string, number, string]>(
    'UPDATE item_waiting SET status = ? WHERE item = ? AND org = ?',
  );
  const narrowed = db.prepare<[number], NarrowedItem>(
    'SELECT org, at FROM item_narrowed WHERE item = ? ORDER BY org',
  );
  const words = db.prepare<[number], Omit<ItemWord, 'digest'>>(
    'SELECT org, type, code, at, kid, before, after, receipt FROM item_receipt WHERE item = ? ORDER BY org',
  );
  const settled = (seq: number): boolean => settle.run(seq).changes > 0;
  return {
    routed: routedItems(db, { find: (digest) => find.get(digest), settled, closeFrame }),
    answered: answeredItems(db, { find: (digest) => find.get(digest), settled, closeFrame }),
    unacted: narrowedItems(db, { find: (digest) => find.get(digest), settled, closeFrame }),
    narrowedFor: (item) => narrowed.all(item),
    status: (item, org, text) => void status.run(text, item, org),
    owedFor: (item) => waiting.all(item),
    wordsOf: (item) => words.all(item),
  };
}

interface Settling {
  readonly find: (digest: string) => Found | undefined;
  readonly settled: (item: number) => boolean;
  readonly closeFrame: (frame: number) => void;
}

function routedItems(db: Database, { find, settled, closeFrame }: Settling): ItemWords['routed'] {
  // A report settles a request: its answer comes as an action of the originator.
  const route = db.prepare<[number]>(
    `UPDATE own_item SET state = iif(originator = '', 'routed', 'settled') WHERE seq = ? AND state = 'queued'`,
  );
  const refuse = db.prepare<[string, number]>(
    "UPDATE own_item SET state = 'refused', code = ? WHERE seq = ? AND state IN ('queued', 'routed')",
  );
  const renumber = db.prepare<[number, number]>('UPDATE own_item SET number = ? WHERE seq = ?');
  const clear = db.prepare<[number]>('DELETE FROM item_waiting WHERE item = ?');
  // A receipt or a narrowing may arrive before the report.
  const wait = db.prepare<[number, string, string, string, number]>(
    `INSERT OR IGNORE INTO item_waiting (item, org, verb, kind, since) SELECT ?1, ?2, ?3, ?4, ?5
     WHERE NOT EXISTS (SELECT 1 FROM item_receipt WHERE item = ?1 AND org = ?2)
       AND NOT EXISTS (SELECT 1 FROM item_narrowed WHERE item = ?1 AND org = ?2)`,
  );
  return ({ frame, at, promised, refused }) => {
    for (const { digest, orgs } of promised) {
      const item = find(digest);
      // A repeated report does not reopen a settled item.
      if (item === undefined || route.run(item.seq).changes === 0) continue;
      for (const org of orgs) wait.run(item.seq, org, item.verb, item.kind, at);
      settled(item.seq);
    }
    for (const { digest, code, number } of refused) {
      const item = find(digest);
      if (item === undefined || refuse.run(code, item.seq).changes === 0) continue;
      clear.run(item.seq);
      if (number !== undefined) renumber.run(number, item.seq);
    }
    closeFrame(frame);
  };
}

function narrowedItems(db: Database, { find, settled, closeFrame }: Settling): ItemWords['unacted'] {
  const note = db.prepare<[number, string, number]>(
    'INSERT OR IGNORE INTO item_narrowed (item, org, at) VALUES (?, ?, ?)',
  );
  const unwait = db.prepare<[number, string]>('DELETE FROM item_waiting WHERE item = ? AND org = ?');
  return ({ digest, org, at }) => {
    const item = find(digest);
    if (item === undefined) return;
    note.run(item.seq, org, at);
    unwait.run(item.seq, org);
    settled(item.seq);
    if (item.frame !== null) closeFrame(item.frame);
  };
}

function answeredItems(db: Database, { find, settled, closeFrame }: Settling): ItemWords['answered'] {
  // A word that was signed later replaces an earlier one, for example `destroyed` after `kept`.
  const keep = db.prepare<
    [number, string, string, string | null, number, string, string | null, string | null, string]
  >(
    `INSERT INTO item_receipt (item, org, type, code, at, kid, before, after, receipt)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (item, org) DO UPDATE SET type = excluded.type, code = excluded.code, at = excluded.at,
       kid = excluded.kid, before = excluded.before, after = excluded.after, receipt = excluded.receipt
     WHERE excluded.at > item_receipt.at`,
  );
  const unwait = db.prepare<[number, string]>('DELETE FROM item_waiting WHERE item = ? AND org = ?');
  return (words) => {
    const done = new Set<number>();
    const frames = new Set<number>();
    for (const { digest, org, type, code, at, kid, before, after, receipt } of words) {
      const item = find(digest);
      if (item === undefined) continue;
      keep.run(item.seq, org, type, code, at, kid, before, after, receipt);
      unwait.run(item.seq, org);
      if (settled(item.seq)) done.add(item.seq);
      if (item.frame !== null) frames.add(item.frame);
    }
    for (const frame of frames) closeFrame(frame);
    return [...done];
  };
}
