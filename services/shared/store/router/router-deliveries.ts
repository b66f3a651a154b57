import type { Database } from '../sqlite.js';
import { createRouterPlaced, type RouterPlaced } from './router-placed.js';
import type { RouterShares } from './router-shares.js';

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

/** A receipt on the ledger, for the whole of one delivery. */
export interface KnownReceipt extends KnownDelivery {
  readonly digest: string;
  readonly at: number;
  /** The records that it names, and the root and size over the notices of the delivery. */
  readonly records: readonly string[];
  readonly root: string;
  readonly size: number;
  /** JSON of its exceptions and actions. */
  readonly listed: string;
  /** The id of the receipt frame that brought it. */
  readonly via: string;
  /** As its recipient signed it: a compact JWS. */
  readonly token: string;
}

/** A notice that a recipient has sent a receipt for. */
export interface StoredReceipt {
  readonly recipient: string;
  readonly jti: string;
  readonly digest: string;
}

/** A change of receipts on the ledger. */
export interface KnownChange {
  readonly digest: string;
  readonly recipient: string;
  readonly originator: string;
  readonly at: number;
  /** When it may be forgotten, in seconds since the epoch. */
  readonly exp: number;
}

/** The deliveries that were decided, and the receipts for them. Writes belong into a transaction. */
export interface RouterDeliveries extends RouterPlaced {
  statusOf(delivery: KnownDelivery): DeliveryStatus | undefined;
  /** When it may be deleted, in seconds since the epoch. */
  expOf(delivery: KnownDelivery): number | undefined;
  /** The recipients of a frame and their status. */
  of(originator: string, frame: string): readonly (PlacedDelivery & { readonly recipient: string })[];
  /** Adds a delivery as `recorded`; a known one keeps its status and gets the later `exp`. */
  allow(delivery: KnownDelivery, exp: number): void;
  set(delivery: KnownDelivery, status: DeliveryStatus): void;
  /**
   * Sets the status after an attempt. A `parked` or `delivered` one changes only to `delivered`. `lacks`: digests of the actions of
   * the frame that the copy lacks, because they could not leave when it was made; none by default.
   */
  note(delivery: KnownDelivery, place: PlacedDelivery, lacks?: readonly string[]): void;
  /** Digests of the actions of its frame that the copy in IN lacks. */
  lackedBy(delivery: KnownDelivery): readonly string[];
  hasReceipt(digest: string): boolean;
  /** When a receipt was first recorded, in milliseconds since the epoch; undefined if that is no longer known. */
  recordedAt(digest: string): number | undefined;
  addReceipt(receipt: KnownReceipt): void;
  /** The receipts for a frame; those of one recipient in order of recording. */
  receiptsOf(originator: string, frame: string): readonly KnownReceipt[];
  /** The receipts of one recipient for a frame, in order of recording. */
  receiptsFrom(delivery: KnownDelivery): readonly KnownReceipt[];
  /** The recipients with a receipt for any notice of a frame. */
  answeredBy(originator: string, frame: string): readonly string[];
  /** The notices that the receipts for a frame answer, as far as the records that they name are known. */
  receiptsByNotice(originator: string, frame: string): readonly StoredReceipt[];
  /** What the receipts for a frame that answer one notice list; those of one recipient in order of recording. */
  receiptsAbout(
    originator: string,
    frame: string,
    jti: string,
  ): readonly Pick<ReceiptRow, 'recipient' | 'listed'>[];
  hasChange(digest: string): boolean;
  addChange(change: KnownChange): void;
}

/** Creates the deliveries on the tables `delivery`, `receipt` and `change`. */
export function createRouterDeliveries(db: Database, shares: RouterShares): RouterDeliveries {
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
  const note = db.prepare<[string, number | null, string, string, string, string]>(
    // A duplicate has no sequence of its own: the delivery lies where it was put before, and lacks what it lacked.
    `UPDATE delivery SET status = ?1, placed = CASE WHEN ?2 IS NULL AND placed > 0 THEN placed ELSE ?2 END,
       lacks = CASE WHEN ?2 IS NULL THEN lacks ELSE ?6 END
     WHERE originator = ?3 AND frame = ?4 AND recipient = ?5
     AND (status IN ('recorded', 'deferred') OR ?1 = 'delivered')`,
  );
  const lacked = db.prepare<[string, string, string], { lacks: string }>(
    'SELECT lacks FROM delivery WHERE originator = ? AND frame = ? AND recipient = ?',
  );
  return {
    statusOf: ({ originator, frame, recipient }) => one.get(originator, frame, recipient)?.status,
    expOf: ({ originator, frame, recipient }) => one.get(originator, frame, recipient)?.exp,
    of: (originator, frame) => of.all(originator, frame),
    allow: ({ originator, frame, recipient }, exp) => void allow.run(originator, frame, recipient, exp),
    set: ({ originator, frame, recipient }, to) => void set.run(to, originator, frame, recipient),
    note: ({ originator, frame, recipient }, { status, placed }, lacks = []) =>
      void note.run(status, placed, originator, frame, recipient, JSON.stringify(lacks)),
    lackedBy: ({ originator, frame, recipient }) =>
      parsedDigests(lacked.get(originator, frame, recipient)?.lacks ?? '[]'),
    ...createRouterPlaced(db),
    ...receipts(db, shares),
    receiptsAbout: readReceiptsAbout(db, shares),
    ...changes(db),
  };
}

interface ReceiptRow extends Omit<KnownReceipt, 'records'> {
  /** JSON. */
  readonly records: string;
}

function receipts(
  db: Database,
  shares: RouterShares,
): Pick<
  RouterDeliveries,
  | 'hasReceipt'
  | 'recordedAt'
  | 'addReceipt'
  | 'receiptsOf'
  | 'receiptsFrom'
  | 'answeredBy'
  | 'receiptsByNotice'
> {
  const has = db.prepare<[string], object>('SELECT 1 FROM receipt WHERE digest = ?');
  const recordedAt = db.prepare<[string], { at: number | null }>(
    `SELECT min(record.at) AS at FROM receipt JOIN record ON record.org = receipt.recipient AND record.frame = receipt.via
     WHERE receipt.digest = ? AND record.type = 'receipts'`,
  );
  const of = db.prepare<[string, string], ReceiptRow>(
    'SELECT * FROM receipt WHERE originator = ? AND frame = ? ORDER BY recipient, rowid',
  );
  const from = db.prepare<[string, string, string], ReceiptRow>(
    'SELECT * FROM receipt WHERE originator = ? AND frame = ? AND recipient = ? ORDER BY rowid',
  );
  const answered = db.prepare<[string, string], { recipient: string }>(
    'SELECT DISTINCT recipient FROM receipt WHERE originator = ? AND frame = ?',
  );
  const receiptsOf = (originator: string, frame: string) => of.all(originator, frame).map(parsed);
  return {
    hasReceipt: (digest) => has.get(digest) !== undefined,
    recordedAt: (digest) => recordedAt.get(digest)?.at ?? undefined,
    addReceipt: addingReceipt(db),
    receiptsOf,
    receiptsFrom: ({ originator, frame, recipient }) => from.all(originator, frame, recipient).map(parsed),
    answeredBy: (originator, frame) => answered.all(originator, frame).map(({ recipient }) => recipient),
    receiptsByNotice: (originator, frame) => answeredIn(shares, receiptsOf(originator, frame)),
  };
}

function readReceiptsAbout(db: Database, shares: RouterShares): RouterDeliveries['receiptsAbout'] {
  const listed = db.prepare<[string, string], Pick<ReceiptRow, 'recipient' | 'records' | 'listed'>>(
    'SELECT recipient, records, listed FROM receipt WHERE originator = ? AND frame = ? ORDER BY recipient, rowid',
  );
  return (originator, frame, jti) =>
    listed.all(originator, frame).filter(({ recipient, records }) => {
      const delivery = { originator, frame, recipient, records: parsedDigests(records) };
      return shares.isIn(delivery, jti);
    });
}

function addingReceipt(db: Database): RouterDeliveries['addReceipt'] {
  const add = db.prepare<
    [string, string, string, string, number, string, string, number, string, string, string]
  >(
    `INSERT OR IGNORE INTO receipt (digest, recipient, originator, frame, at, records, root, size, listed, via, token)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return ({ digest, recipient, originator, frame, at, records, root, size, listed, via, token }) => {
    const named = JSON.stringify(records);
    add.run(digest, recipient, originator, frame, at, named, root, size, listed, via, token);
  };
}

/** The notices that receipts answer, one for each recipient and notice. */
function answeredIn(shares: RouterShares, receipts: readonly KnownReceipt[]): readonly StoredReceipt[] {
  const found = new Map<string, StoredReceipt>();
  for (const receipt of receipts) {
    const notices = shares.noticesOf(receipt);
    if (typeof notices === 'string') continue;
    const { recipient } = receipt;
    for (const notice of notices) found.set(`${recipient} ${notice.jti}`, { recipient, ...notice });
  }
  return [...found.values()];
}

function parsed(row: ReceiptRow): KnownReceipt {
  return { ...row, records: parsedDigests(row.records) };
}

function parsedDigests(text: string): readonly string[] {
  return JSON.parse(text) as readonly string[];
}

function changes(db: Database): Pick<RouterDeliveries, 'hasChange' | 'addChange'> {
  const has = db.prepare<[string], object>('SELECT 1 FROM change WHERE digest = ?');
  const add = db.prepare<[string, string, string, number, number]>(
    'INSERT OR IGNORE INTO change (digest, recipient, originator, at, exp) VALUES (?, ?, ?, ?, ?)',
  );
  return {
    hasChange: (digest) => has.get(digest) !== undefined,
    addChange: ({ digest, recipient, originator, at, exp }) =>
      void add.run(digest, recipient, originator, at, exp),
  };
}
