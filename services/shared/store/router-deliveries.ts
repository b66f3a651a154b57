import type { Database } from './sqlite.js';

/** How far the delivery of a frame to one recipient came. `recorded`: allowed, and not handed over yet. */
export type DeliveryStatus = 'recorded' | 'parked' | 'deferred' | 'delivered';

export interface KnownDelivery {
  readonly originator: string;
  readonly frame: string;
  readonly recipient: string;
}

/** A receipt on the ledger; `parts` is the JSON of its leaves. */
export interface KnownReceipt extends KnownDelivery {
  readonly digest: string;
  readonly at: number;
  readonly parts: string;
  /** The receipt frame that brought it. */
  readonly via: string | null;
  /** As its recipient signed it, in the form of a record; null when an earlier version of this program applied it. */
  readonly bytes: Uint8Array | null;
}

/** Who was allowed to get what, and what they answered. Writes are to stand within a transaction. */
export interface RouterDeliveries {
  statusOf(delivery: KnownDelivery): DeliveryStatus | undefined;
  /** How long it is kept, in seconds since the epoch. */
  expOf(delivery: KnownDelivery): number | undefined;
  /** Every recipient of a frame. */
  of(
    originator: string,
    frame: string,
  ): readonly { readonly recipient: string; readonly status: DeliveryStatus }[];
  /** Known from now on; a delivery that is known keeps its status, and the later end. */
  allow(delivery: KnownDelivery, exp: number): void;
  set(delivery: KnownDelivery, status: DeliveryStatus): void;
  /** How far a first try came; whoever knows more by now (a parked copy was handed over meanwhile) knows better. */
  note(delivery: KnownDelivery, status: DeliveryStatus): void;
  /** The broker lost its disk: nothing that was handed over is anywhere but where a receipt says so. */
  startAnew(): void;
  hasReceipt(digest: string): boolean;
  addReceipt(receipt: KnownReceipt): void;
  receiptsOf(originator: string, frame: string): readonly KnownReceipt[];
}

export function createRouterDeliveries(db: Database): RouterDeliveries {
  const one = db.prepare<[string, string, string], { status: DeliveryStatus; exp: number }>(
    'SELECT status, exp FROM delivery WHERE originator = ? AND frame = ? AND recipient = ?',
  );
  const of = db.prepare<[string, string], { recipient: string; status: DeliveryStatus }>(
    'SELECT recipient, status FROM delivery WHERE originator = ? AND frame = ? ORDER BY recipient',
  );
  const allow = db.prepare<[string, string, string, number]>(
    `INSERT INTO delivery (originator, frame, recipient, status, exp) VALUES (?, ?, ?, 'recorded', ?)
     ON CONFLICT (originator, frame, recipient) DO UPDATE SET exp = excluded.exp WHERE excluded.exp > delivery.exp`,
  );
  const set = db.prepare<[string, string, string, string]>(
    'UPDATE delivery SET status = ? WHERE originator = ? AND frame = ? AND recipient = ?',
  );
  const note = db.prepare<[string, string, string, string]>(
    `UPDATE delivery SET status = ? WHERE originator = ? AND frame = ? AND recipient = ?
     AND status IN ('recorded', 'deferred')`,
  );
  return {
    statusOf: ({ originator, frame, recipient }) => one.get(originator, frame, recipient)?.status,
    expOf: ({ originator, frame, recipient }) => one.get(originator, frame, recipient)?.exp,
    of: (originator, frame) => of.all(originator, frame),
    allow: ({ originator, frame, recipient }, exp) => void allow.run(originator, frame, recipient, exp),
    set: ({ originator, frame, recipient }, to) => void set.run(to, originator, frame, recipient),
    note: ({ originator, frame, recipient }, to) => void note.run(to, originator, frame, recipient),
    startAnew: () =>
      db.exec("UPDATE delivery SET status = 'recorded' WHERE status IN ('parked', 'delivered', 'deferred')"),
    ...receipts(db),
  };
}

function receipts(db: Database): Pick<RouterDeliveries, 'hasReceipt' | 'addReceipt' | 'receiptsOf'> {
  const has = db.prepare<[string], object>('SELECT 1 FROM receipt WHERE digest = ?');
  const add = db.prepare<[string, string, string, string, number, string, string | null, Uint8Array | null]>(
    'INSERT OR IGNORE INTO receipt (digest, recipient, originator, frame, at, parts, via, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const of = db.prepare<[string, string], KnownReceipt>(
    'SELECT digest, recipient, originator, frame, at, parts, via, bytes FROM receipt WHERE originator = ? AND frame = ? ORDER BY rowid',
  );
  return {
    hasReceipt: (digest) => has.get(digest) !== undefined,
    addReceipt: ({ digest, recipient, originator, frame, at, parts, via, bytes }) =>
      void add.run(digest, recipient, originator, frame, at, parts, via, bytes),
    receiptsOf: (originator, frame) => of.all(originator, frame),
  };
}
