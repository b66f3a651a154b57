import type { Database } from '../sqlite.js';

/** The state of a frame's delivery to one recipient; `recorded`: decided, and not delivered yet. */
export type DeliveryStatus = 'recorded' | 'parked' | 'deferred' | 'delivered';

/**
 * The status of a delivery, and its sequence in the recipient's IN if this router published it; 0 when the stream that held
 * it is lost.
 */
export interface PlacedDelivery {
  readonly status: DeliveryStatus;
  readonly placed: number | null;
}

/** The key of a delivery: one frame to one recipient. */
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
  /** The id of the receipt frame that brought it. */
  readonly via: string | null;
  /** As its recipient signed it, in the form of a record; null when an earlier version of this program stored it. */
  readonly bytes: Uint8Array | null;
}

/** The content of a receipt for one notice. */
export interface ReceiptEntry {
  readonly jti: string;
  /** SD-JWT digest. */
  readonly digest: string;
  readonly type: string;
}

/** A recipient's receipt for one notice, without its bytes; `isForwardable` is true when they are stored. */
export interface StoredReceipt {
  readonly recipient: string;
  readonly jti: string;
  readonly digest: string;
  readonly isForwardable: boolean;
}

/** The deliveries that were decided, and the receipts for them. Writes belong into a transaction. */
export interface RouterDeliveries {
  statusOf(delivery: KnownDelivery): DeliveryStatus | undefined;
  /** When it may be deleted, in seconds since the epoch. */
  expOf(delivery: KnownDelivery): number | undefined;
  /** The recipients of a frame and their status. */
  of(originator: string, frame: string): readonly (PlacedDelivery & { readonly recipient: string })[];
  /** Adds a delivery as `recorded`; a known one keeps its status and gets the later `exp`. */
  allow(delivery: KnownDelivery, exp: number): void;
  set(delivery: KnownDelivery, status: DeliveryStatus): void;
  /** Sets the status after an attempt. A `parked` or `delivered` one changes only to `delivered`. */
  note(delivery: KnownDelivery, place: PlacedDelivery): void;
  /** Resets every status to `recorded` after the broker lost its disk: only a receipt proves a delivery then. */
  resetToRecorded(): void;
  /** Resets a recipient's deliveries of this status to `recorded`, after the broker lost the stream that held their copies. */
  resetFor(recipient: string, status: DeliveryStatus): void;
  hasReceipt(digest: string): boolean;
  /** When a receipt was first recorded, in milliseconds since the epoch; undefined if that is no longer known. */
  recordedAt(digest: string): number | undefined;
  addReceipt(receipt: KnownReceipt): void;
  /** The receipts for a frame with their bytes; those of one recipient in order of recording. */
  receiptsOf(originator: string, frame: string): readonly KnownReceipt[];
  /** The recipients with a receipt for any notice of a frame. */
  answeredBy(originator: string, frame: string): readonly string[];
  /** The receipts for a frame, one for each recipient and notice, without their bytes. */
  receiptsByNotice(originator: string, frame: string): readonly StoredReceipt[];
  /** The distinct contents of a recipient's receipts whose bytes are stored, so that they can be forwarded again. */
  forwardableEntries(delivery: KnownDelivery): readonly ReceiptEntry[];
}

/** Creates the deliveries on the tables `delivery` and `receipt`. */
export function createRouterDeliveries(db: Database): RouterDeliveries {
  const one = db.prepare<[string, string, string], { status: DeliveryStatus; exp: number }>(
    'SELECT status, exp FROM delivery WHERE originator = ? AND frame = ? AND recipient = ?',
  );
  const of = db.prepare<[string, string], PlacedDelivery & { recipient: string }>(
    'SELECT recipient, status, placed FROM delivery WHERE originator = ? AND frame = ? ORDER BY recipient',
  );
  const allow = db.prepare<[string, string, string, number]>(
    `INSERT INTO delivery (originator, frame, recipient, status, exp) VALUES (?, ?, ?, 'recorded', ?)
     ON CONFLICT (originator, frame, recipient) DO UPDATE SET exp = excluded.exp WHERE excluded.exp > delivery.exp`,
  );
  const set = db.prepare<[string, string, string, string]>(
    'UPDATE delivery SET status = ? WHERE originator = ? AND frame = ? AND recipient = ?',
  );
  const note = db.prepare<[string, number | null, string, string, string]>(
    // A duplicate has no sequence of its own: the delivery lies where it was put before.
    `UPDATE delivery SET status = ?1, placed = CASE WHEN ?2 IS NULL AND placed > 0 THEN placed ELSE ?2 END
     WHERE originator = ?3 AND frame = ?4 AND recipient = ?5
     AND (status IN ('recorded', 'deferred') OR ?1 = 'delivered')`,
  );
  const reset = db.prepare<[string, string]>(
    "UPDATE delivery SET status = 'recorded', placed = 0 WHERE recipient = ? AND status = ?",
  );
  return {
    statusOf: ({ originator, frame, recipient }) => one.get(originator, frame, recipient)?.status,
    expOf: ({ originator, frame, recipient }) => one.get(originator, frame, recipient)?.exp,
    of: (originator, frame) => of.all(originator, frame),
    allow: ({ originator, frame, recipient }, exp) => void allow.run(originator, frame, recipient, exp),
    set: ({ originator, frame, recipient }, to) => void set.run(to, originator, frame, recipient),
    note: ({ originator, frame, recipient }, { status, placed }) =>
      void note.run(status, placed, originator, frame, recipient),
    resetToRecorded: () =>
      db.exec(
        "UPDATE delivery SET status = 'recorded', placed = 0 WHERE status IN ('parked', 'delivered', 'deferred')",
      ),
    resetFor: (recipient, status) => void reset.run(recipient, status),
    ...receipts(db),
    ...receiptEntries(db),
  };
}

function receipts(
  db: Database,
): Pick<RouterDeliveries, 'hasReceipt' | 'recordedAt' | 'addReceipt' | 'receiptsOf' | 'answeredBy'> {
  const has = db.prepare<[string], object>('SELECT 1 FROM receipt WHERE digest = ?');
  const add = db.prepare<[string, string, string, string, number, string, string | null, Uint8Array | null]>(
    'INSERT OR IGNORE INTO receipt (digest, recipient, originator, frame, at, parts, via, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const recordedAt = db.prepare<[string], { at: number | null }>(
    `SELECT min(record.at) AS at FROM receipt JOIN record ON record.org = receipt.recipient AND record.frame = receipt.via
     WHERE receipt.digest = ? AND record.type = 'receipts'`,
  );
  const of = db.prepare<[string, string], KnownReceipt>(
    'SELECT digest, recipient, originator, frame, at, parts, via, bytes FROM receipt WHERE originator = ? AND frame = ? ORDER BY recipient, rowid',
  );
  const answered = db.prepare<[string, string], { recipient: string }>(
    'SELECT DISTINCT recipient FROM receipt WHERE originator = ? AND frame = ?',
  );
  return {
    hasReceipt: (digest) => has.get(digest) !== undefined,
    recordedAt: (digest) => recordedAt.get(digest)?.at ?? undefined,
    addReceipt: ({ digest, recipient, originator, frame, at, parts, via, bytes }) =>
      void add.run(digest, recipient, originator, frame, at, parts, via, bytes),
    receiptsOf: (originator, frame) => of.all(originator, frame),
    answeredBy: (originator, frame) => answered.all(originator, frame).map(({ recipient }) => recipient),
  };
}

/** Lets the database read the JSON of receipts, so that only one row for each entry is in memory. */
function receiptEntries(db: Database): Pick<RouterDeliveries, 'receiptsByNotice' | 'forwardableEntries'> {
  const answers = db.prepare<
    [string, string],
    Omit<StoredReceipt, 'isForwardable'> & { isForwardable: number }
  >(
    `SELECT recipient, value ->> 'jti' AS jti, value ->> 'digest' AS digest, max(bytes IS NOT NULL) AS isForwardable
     FROM receipt, json_each(parts) WHERE originator = ? AND frame = ? GROUP BY 1, 2, 3`,
  );
  const entries = db.prepare<[string, string, string], ReceiptEntry>(
    `SELECT DISTINCT value ->> 'jti' AS jti, value ->> 'digest' AS digest, value ->> 'type' AS type
     FROM receipt, json_each(parts) WHERE originator = ? AND frame = ? AND recipient = ? AND bytes IS NOT NULL`,
  );
  return {
    receiptsByNotice: (originator, frame) =>
      answers.all(originator, frame).map((row) => ({ ...row, isForwardable: row.isForwardable === 1 })),
    forwardableEntries: ({ originator, frame, recipient }) => entries.all(originator, frame, recipient),
  };
}
