import type { Database } from '../sqlite.js';
import type { LogProofs } from './log/log-proofs.js';

/** A delivered notice to be stored in the inbox; `exp` in seconds since the epoch. */
export interface NewHeld {
  readonly id: string;
  readonly number: number;
  readonly kind: string;
  readonly exp: number;
  /** When its originator reviews it, and when local systems are first warned of that or its end; milliseconds. */
  readonly reviewAt: number | null;
  readonly warnAt: number | null;
  /**
   * Until when its number and its end are remembered, in milliseconds since the epoch: after any end that an
   * extension can set.
   */
  readonly forget: number;
  /** The SD-JWT digest of the signed notice. */
  readonly digest: string;
  /** The digest of the disclosures that are held. */
  readonly disclosed: string;
  /** The digest of the disclosures that came with it. */
  readonly delivered: string;
  /** Its index in the delivery. */
  readonly leaf: number;
  readonly sdJwt: string;
}

/** A stored delivery with this gateway's receipt for it. */
export interface KeptDelivery {
  readonly seq: number;
  /** Digests of the records that it names, joined by commas. */
  readonly records: string;
  readonly root: string;
  /** The router's delivery statement. */
  readonly statement: string;
  /** The receipt as this gateway signed it. */
  readonly receipt: string;
}

/** A delivery to be stored with its receipt and the notices that it brought. */
export interface NewDelivery {
  readonly originator: string;
  readonly frame: string;
  readonly records: string;
  readonly root: string;
  readonly statement: string;
  /** A delivery frame with nothing but the proofs of its records and its seed, or the records of a recall. */
  readonly proofs: Uint8Array;
  /** The leaf hashes of its notices, of 32 bytes each. */
  readonly leaves: Uint8Array;
  readonly receipt: string;
  readonly at: number;
  /** When statement and receipt may be deleted, in milliseconds since the epoch. */
  readonly forget: number;
  readonly held: readonly NewHeld[];
  /** How many deliveries of this frame were stored when the receipt was signed. */
  readonly kept: number;
  /**
   * For each notice that it brings or has an action on, what was known of it when the receipt was signed; undefined for an
   * unknown notice.
   */
  readonly expected: readonly ExpectedNotice[];
}

/** What is remembered of a notice: `ended` once its content is erased; `disclosed` while it is held. */
export interface RememberedNotice {
  readonly number: number;
  readonly digest: string;
  readonly ended: string | null;
  readonly disclosed: string | null;
}

/** What was known of a notice when an answer was signed; undefined for an unknown notice. */
interface ExpectedNotice {
  readonly id: string;
  readonly number: number | undefined;
  readonly ended: string | null | undefined;
}

/** The deliveries of a gateway, with its receipts and what they brought. */
export interface Deliveries {
  /** The stored deliveries of a frame, oldest first. */
  deliveries(originator: string, frame: string): readonly KeptDelivery[];
  /** What is remembered of a notice; undefined for an unknown one. */
  known(originator: string, id: string): RememberedNotice | undefined;
  /**
   * Stores a delivery; within a transaction. Returns false and stores nothing when `kept` or `expected` is
   * outdated.
   */
  accept(delivery: NewDelivery): boolean;
  /** Deliveries whose receipt is not sent yet, oldest first. */
  unsent(limit: number): readonly KeptDelivery[];
  /** Marks the receipt of a delivery to be sent again. */
  requeue(seq: number): void;
}

/** How long receipts, ends and numbers of a notice are remembered after its `exp`, in milliseconds. */
export const REMEMBER_MS = 30 * 86_400_000;

/** What else changes when a delivery is stored. */
export interface DeliveryParts {
  /** Removes a row of the inbox from the text index. */
  readonly forgetText: (seq: number) => void;
  /** Remembers that a record must be on the ledger's log. */
  readonly expectProof: LogProofs['expect'];
}

/** Creates the deliveries on the tables `delivery`, `known` and `inbox`. */
export function createDeliveries(db: Database, parts: DeliveryParts): Deliveries {
  const deliveries = db.prepare<[string, string], KeptDelivery>(
    'SELECT seq, records, root, statement, receipt FROM delivery WHERE originator = ? AND frame = ? ORDER BY seq',
  );
  const unsent = db.prepare<[number], KeptDelivery>(
    'SELECT seq, records, root, statement, receipt FROM delivery WHERE unsent = 1 ORDER BY seq LIMIT ?',
  );
  const requeue = db.prepare<[number]>('UPDATE delivery SET unsent = 1 WHERE seq = ?');
  const known = knownIn(db);
  return {
    deliveries: (originator, frame) => deliveries.all(originator, frame),
    known,
    accept: acceptInto(db, { known, ...parts }),
    unsent: (limit) => unsent.all(limit),
    requeue: (seq) => void requeue.run(seq),
  };
}

function knownIn(db: Database): Deliveries['known'] {
  const known = db.prepare<[string, string], RememberedNotice>(
    `SELECT known.number, digest, ended, disclosed FROM known
     LEFT JOIN inbox USING (originator, id) WHERE known.originator = ? AND known.id = ?`,
  );
  return (originator, id) => known.get(originator, id);
}

interface AcceptIntoParams extends DeliveryParts {
  readonly known: Deliveries['known'];
}

function acceptInto(
  db: Database,
  { known, forgetText, expectProof }: AcceptIntoParams,
): Deliveries['accept'] {
  const count = db.prepare<[string, string], { readonly n: number }>(
    'SELECT count(*) AS n FROM delivery WHERE originator = ? AND frame = ?',
  );
  const addDelivery = db.prepare<
    [string, string, string, string, string, Uint8Array, Uint8Array, string, number]
  >(
    `INSERT INTO delivery (originator, frame, records, root, statement, proofs, leaves, receipt, unsent, forget)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?)`,
  );
  const note = db.prepare<[string, string, number]>(
    'INSERT OR IGNORE INTO delivered (originator, id, delivery) VALUES (?, ?, ?)',
  );
  const hold = holdingIn(db, forgetText);
  return ({ originator, frame, at, held, kept, expected, ...delivery }) => {
    if (count.get(originator, frame)?.n !== kept) return false;
    const isChanged = ({ id, number, ended }: ExpectedNotice): boolean => {
      const now = known(originator, id);
      return now?.number !== number || now?.ended !== ended;
    };
    if (expected.some(isChanged)) return false;
    const { records, root, statement, proofs, leaves, receipt, forget } = delivery;
    const named = [originator, frame, records, root, statement] as const;
    const { rowid } = addDelivery.run(...named, proofs, leaves, receipt, forget);
    for (const digest of records.split(',')) expectProof({ digest, frame: null, delivery: rowid, at });
    for (const { id } of expected) note.run(originator, id, rowid);
    for (const one of held) hold(one, { originator, at, delivery: rowid });
    return true;
  };
}

/** What the notices of one delivery share. */
interface HeldFrom {
  readonly originator: string;
  readonly at: number;
  readonly delivery: number;
}

/**
 * Creates the function that puts a notice into the inbox, in place of an earlier revision, and remembers its
 * number.
 */
function holdingIn(db: Database, forgetText: (seq: number) => void): (held: NewHeld, from: HeldFrom) => void {
  const replaced = db.prepare<[string, string], { readonly seq: number }>(
    'DELETE FROM inbox WHERE originator = ? AND id = ? RETURNING seq',
  );
  const add = db.prepare<
    [
      ...[string, string, number, string, number, number, number],
      ...[number, string, string, string, number | null, number | null],
    ]
  >(
    `INSERT INTO inbox (originator, id, number, kind, exp, at, delivery, leaf, disclosed, delivered, sd_jwt, review_at, warn_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const remember = db.prepare<[string, string, number, string, number]>(
    `INSERT INTO known (originator, id, number, digest, forget) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (originator, id) DO UPDATE SET number = excluded.number, digest = excluded.digest, ended = NULL,
       forget = max(forget, excluded.forget)`,
  );
  return (
    { id, number, kind, exp, digest, disclosed, delivered, leaf, sdJwt, ...more },
    { originator, at, delivery },
  ) => {
    const before = replaced.get(originator, id);
    if (before) forgetText(before.seq);
    const about = [originator, id, number, kind, exp, at, delivery] as const;
    add.run(...about, leaf, disclosed, delivered, sdJwt, more.reviewAt, more.warnAt);
    remember.run(originator, id, number, digest, more.forget);
  };
}
