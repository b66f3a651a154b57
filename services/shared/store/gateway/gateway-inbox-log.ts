import type { Database } from '../sqlite.js';

/**
 * The events without content. After `ended` and `suspended` local systems must not show the notice; the
 * others warn.
 */
export type InboxEventName = 'ended' | 'suspended' | 'review' | 'expiring';

/** An event about a held notice. Times are milliseconds since the epoch. */
export interface InboxEventRow {
  /** From the same sequence as the rows of the inbox, so that it is higher than that of every earlier row. */
  readonly seq: number;
  readonly name: InboxEventName;
  readonly originator: string;
  readonly id: string;
  readonly number: number;
  /** JSON. */
  readonly detail: string;
  readonly at: number;
}

/** The events of the inbox. Methods that write belong into a transaction. */
export interface InboxLog {
  /**
   * Takes the next number of the inbox. A client that resumes after a lower number gets the row or event with
   * it.
   */
  next(): number;
  add(event: Omit<InboxEventRow, 'seq'>): void;
  /** The events of the last 30 days above this `seq`, oldest first. */
  after(seq: number, limit: number): readonly InboxEventRow[];
}

/** Creates the log on the table `inbox_event`. */
export function createInboxLog(db: Database): InboxLog {
  const next = db.prepare<[], { readonly seq: number }>(
    "UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'inbox' RETURNING seq",
  );
  const add = db.prepare<[number, string, string, string, number, string, number]>(
    'INSERT INTO inbox_event (seq, name, originator, id, number, detail, at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const after = db.prepare<[number, number], InboxEventRow>(
    `SELECT seq, name, originator, id, number, detail, at FROM inbox_event WHERE seq > ? ORDER BY seq LIMIT ?`,
  );
  const take = (): number => {
    const place = next.get();
    if (place === undefined) throw new Error('the inbox has no numbers');
    return place.seq;
  };
  return {
    next: take,
    add: ({ name, originator, id, number, detail, at }) =>
      void add.run(take(), name, originator, id, number, detail, at),
    after: (seq, limit) => after.all(seq, limit),
  };
}
