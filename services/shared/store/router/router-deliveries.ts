import type { Database } from '../sqlite.js';

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

/** What a receipt says of one notice. */
export interface ReceiptEntry {
  readonly jti: string;
  /** SD-JWT digest. */
  readonly digest: string;
  readonly type: string;
}

/** That a recipient receipted a notice; `isForwardable`: in a receipt whose bytes are kept. */
export interface StoredReceipt {
  readonly recipient: string;
  readonly jti: string;
  readonly digest: string;
  readonly isForwardable: boolean;
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
  /** With their bytes; those of one recipient in the order in which they were recorded. */
  receiptsOf(originator: string, frame: string): readonly KnownReceipt[];
  /** What all of them say, without the bytes. */
  answersTo(originator: string, frame: string): readonly StoredReceipt[];
  /** What the receipts of one recipient say, each thing once; without those that cannot be forwarded again. */
  saidBy(delivery: KnownDelivery): readonly ReceiptEntry[];
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
    ...sayings(db),
  };
}

function receipts(db: Database): Pick<RouterDeliveries, 'hasReceipt' | 'addReceipt' | 'receiptsOf'> {
  const has = db.prepare<[string], object>('SELECT 1 FROM receipt WHERE digest = ?');
  const add = db.prepare<[string, string, string, string, number, string, string | null, Uint8Array | null]>(
    'INSERT OR IGNORE INTO receipt (digest, recipient, originator, frame, at, parts, via, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const of = db.prepare<[string, string], KnownReceipt>(
    'SELECT digest, recipient, originator, frame, at, parts, via, bytes FROM receipt WHERE originator = ? AND frame = ? ORDER BY recipient, rowid',
  );
  return {
    hasReceipt: (digest) => has.get(digest) !== undefined,
    addReceipt: ({ digest, recipient, originator, frame, at, parts, via, bytes }) =>
      void add.run(digest, recipient, originator, frame, at, parts, via, bytes),
    receiptsOf: (originator, frame) => of.all(originator, frame),
  };
}

/** Read out of the JSON by the database, so that no more of it is ever here than one line for each thing that is said. */
function sayings(db: Database): Pick<RouterDeliveries, 'answersTo' | 'saidBy'> {
  const answers = db.prepare<
    [string, string],
    Omit<StoredReceipt, 'isForwardable'> & { isForwardable: number }
  >(
    `SELECT recipient, value ->> 'jti' AS jti, value ->> 'digest' AS digest, max(bytes IS NOT NULL) AS isForwardable
     FROM receipt, json_each(parts) WHERE originator = ? AND frame = ? GROUP BY 1, 2, 3`,
  );
  const said = db.prepare<[string, string, string], ReceiptEntry>(
    `SELECT DISTINCT value ->> 'jti' AS jti, value ->> 'digest' AS digest, value ->> 'type' AS type
     FROM receipt, json_each(parts) WHERE originator = ? AND frame = ? AND recipient = ? AND bytes IS NOT NULL`,
  );
  return {
    answersTo: (originator, frame) =>
      answers.all(originator, frame).map((row) => ({ ...row, isForwardable: row.isForwardable === 1 })),
    saidBy: ({ originator, frame, recipient }) => said.all(originator, frame, recipient),
  };
}
