import { matchOf } from './gateway-text.js';
import type { InboxEventRow, InboxLog } from './gateway-inbox-log.js';
import { whereOf } from './gateway-own.js';
import type { Database, SqlValue } from '../sqlite.js';

/** A delivered notice to be stored in the inbox; `exp` in seconds since the epoch. */
export interface NewHeld {
  readonly id: string;
  readonly number: number;
  readonly kind: string;
  readonly exp: number;
  /** When its originator reviews it, and when local systems are first warned of that or its end; milliseconds. */
  readonly reviewAt: number | null;
  readonly warnAt: number | null;
  /** Until when its number and its end are remembered, in milliseconds since the epoch: no extension leads beyond it. */
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
  /** A delivery frame with nothing but the proofs of its records and its seed. */
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
   * For each notice, what was known of it when the receipt was signed; undefined for an unknown
   * notice.
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

/** A notice in the inbox. */
export interface InboxRow {
  readonly seq: number;
  readonly originator: string;
  readonly id: string;
  readonly number: number;
  readonly kind: string;
  readonly at: number;
  readonly leaf: number;
  /** As in `NewHeld`. */
  readonly delivered: string;
  readonly sdJwt: string;
  /** As in `StoredHolding`; null while no action came. */
  readonly actions: string | null;
  /** When it ends, in seconds since the epoch. */
  readonly exp: number;
  /** When its originator reviews it, in milliseconds since the epoch. */
  readonly reviewAt: number | null;
  /** What changed last: the arrival of the notice, or what an action did. */
  readonly change: 'notice' | 'resumed' | 'restricted' | 'extended' | 'unsealed';
  /** Details of that as JSON. */
  readonly detail: string;
  /** Where it is in the status lists; null before one was made since it came. */
  readonly statusList: number | null;
  readonly statusPlace: number | null;
  /** The delivery statement that it came with. */
  readonly statement: string;
  /** As in `NewDelivery`. */
  readonly proofs: Uint8Array;
  /** The leaf hashes of the delivery, of 32 bytes each. */
  readonly leaves: Uint8Array;
}

/** The filters of a search of the inbox; `before` limits it to lower `seq`. */
export interface InboxSearch {
  readonly originator?: string | undefined;
  readonly kind?: string | undefined;
  readonly text?: string | undefined;
  readonly before?: number | undefined;
  readonly limit: number;
}

/** A page, newest first; `more` is true when it ended at `limit` or at its size in bytes. */
export interface InboxPage {
  readonly rows: readonly InboxRow[];
  readonly more: boolean;
}

/** The notices that a gateway received, with their deliveries and receipts. */
export interface Inbox {
  /** The stored deliveries of a frame, oldest first. */
  deliveries(originator: string, frame: string): readonly KeptDelivery[];
  known(originator: string, id: string): RememberedNotice | undefined;
  /** Stores a delivery; within a transaction. Returns false and stores nothing when its receipt is outdated by now. */
  accept(delivery: NewDelivery): boolean;
  /** Deliveries whose receipt is not sent yet, oldest first. */
  unsent(limit: number): readonly KeptDelivery[];
  /** Marks the receipt of a delivery to be sent again. */
  requeue(seq: number): void;
  /** A notice that is shown: neither suspended nor ended. The same holds for `search` and `after`. */
  find(originator: string, id: string): InboxRow | undefined;
  search(search: InboxSearch): InboxPage;
  /** The rows above this `seq`, oldest first. */
  after(seq: number, limit: number): readonly InboxRow[];
  /** The events of the last 30 days above this `seq`, oldest first. */
  eventsAfter(seq: number, limit: number): readonly InboxEventRow[];
  /** The `seq` of the newest row or event; 0 when there was none. */
  lastSeq(): number;
}

const [STATUS_LIST, STATUS_PLACE] = ['list', 'place'].map(
  (column) =>
    `(SELECT ${column} FROM status_place AS s WHERE s.originator = inbox.originator AND s.id = inbox.id)`,
);
const STATUS_OF = `${STATUS_LIST} AS statusList, ${STATUS_PLACE} AS statusPlace`;
const ACTIONS =
  '(SELECT actions FROM holding AS h WHERE h.originator = inbox.originator AND h.id = inbox.id)';
const ROW = `inbox.seq, inbox.originator, id, number, kind, at, leaf, delivered, sd_jwt AS sdJwt, ${ACTIONS} AS actions,
  exp, review_at AS reviewAt, change, detail, ${STATUS_OF}, statement, proofs, leaves FROM inbox JOIN delivery ON delivery.seq = inbox.delivery`;
const IS_SHOWN = 'hidden_until IS NULL AND kept = 0';
/** A page exists in memory as rows, objects and text: a few callers with large notices must not fill the memory. */
const MAX_PAGE_BYTES = 4 * 1024 * 1024;
/** A page shows each notice twice: parsed and as its raw text. */
const SHOWN_TIMES = 2;
/** How long receipts, ends and numbers of a notice are remembered after its `exp`, in milliseconds. */
export const REMEMBER_MS = 30 * 86_400_000;

interface InboxParts {
  readonly log: InboxLog;
  /** Removes a row from the text index. */
  readonly forgetText: (seq: number) => void;
}

/** Creates the inbox. */
export function createInbox(db: Database, { log, forgetText }: InboxParts): Inbox {
  const deliveries = db.prepare<[string, string], KeptDelivery>(
    'SELECT seq, records, root, statement, receipt FROM delivery WHERE originator = ? AND frame = ? ORDER BY seq',
  );
  const unsent = db.prepare<[number], KeptDelivery>(
    'SELECT seq, records, root, statement, receipt FROM delivery WHERE unsent = 1 ORDER BY seq LIMIT ?',
  );
  const requeue = db.prepare<[number]>('UPDATE delivery SET unsent = 1 WHERE seq = ?');
  const one = db.prepare<[string, string], InboxRow>(
    `SELECT ${ROW} WHERE inbox.originator = ? AND id = ? AND ${IS_SHOWN}`,
  );
  const after = db.prepare<[number, number], InboxRow>(
    `SELECT ${ROW} WHERE inbox.seq > ? AND ${IS_SHOWN} ORDER BY inbox.seq LIMIT ?`,
  );
  const last = db.prepare<[], { readonly seq: number }>(
    "SELECT seq FROM sqlite_sequence WHERE name = 'inbox'",
  );
  const known = knownIn(db);
  return {
    deliveries: (originator, frame) => deliveries.all(originator, frame),
    known,
    accept: acceptInto(db, { known, forgetText }),
    unsent: (limit) => unsent.all(limit),
    requeue: (seq) => void requeue.run(seq),
    find: (originator, id) => one.get(originator, id),
    search: (search) => searchInbox(db, search),
    after: (seq, limit) => after.all(seq, limit),
    eventsAfter: log.after,
    lastSeq: () => last.get()?.seq ?? 0,
  };
}

function knownIn(db: Database): Inbox['known'] {
  const known = db.prepare<[string, string], RememberedNotice>(
    `SELECT known.number, digest, ended, disclosed FROM known
     LEFT JOIN inbox USING (originator, id) WHERE known.originator = ? AND known.id = ?`,
  );
  return (originator, id) => known.get(originator, id);
}

interface AcceptIntoParams {
  readonly known: Inbox['known'];
  readonly forgetText: (seq: number) => void;
}

function acceptInto(db: Database, { known, forgetText }: AcceptIntoParams): Inbox['accept'] {
  const count = db.prepare<[string, string], { readonly n: number }>(
    'SELECT count(*) AS n FROM delivery WHERE originator = ? AND frame = ?',
  );
  const addDelivery = db.prepare<
    [string, string, string, string, string, Uint8Array, Uint8Array, string, number]
  >(
    `INSERT INTO delivery (originator, frame, records, root, statement, proofs, leaves, receipt, unsent, forget)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?)`,
  );
  const hold = holdingIn(db, forgetText);
  return ({ originator, frame, at, held, kept, expected, ...delivery }) => {
    if (count.get(originator, frame)?.n !== kept) return false;
    const isOther = ({ id, number, ended }: ExpectedNotice): boolean => {
      const now = known(originator, id);
      return now?.number !== number || now?.ended !== ended;
    };
    if (expected.some(isOther)) return false;
    const { records, root, statement, proofs, leaves, receipt, forget } = delivery;
    const named = [originator, frame, records, root, statement] as const;
    const { rowid } = addDelivery.run(...named, proofs, leaves, receipt, forget);
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

/** Returns what puts a notice into the inbox, in place of an earlier revision, and remembers its number. */
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

function searchInbox(db: Database, { originator, kind, text, before, limit }: InboxSearch): InboxPage {
  const match = text === undefined ? undefined : matchOf(text);
  const conditions: readonly (readonly [string, SqlValue | undefined])[] = [
    ['inbox.originator = ?', originator],
    ['kind = ?', kind],
    ['inbox.seq < ?', before],
    ['inbox.seq IN (SELECT rowid FROM inbox_text WHERE inbox_text MATCH ?)', match],
  ];
  const { where: filter, params } = whereOf(conditions);
  const where = filter === '' ? `WHERE ${IS_SHOWN}` : `${filter} AND ${IS_SHOWN}`;
  const sizes = db
    .prepare<SqlValue[], { readonly size: number }>(
      `SELECT length(sd_jwt) + coalesce(length(${ACTIONS}), 0) AS size FROM inbox ${where} ORDER BY inbox.seq DESC LIMIT ?`,
    )
    .all(...params, limit + 1);
  const fitting = countFitting(sizes.slice(0, limit).map(({ size }) => size));
  const rows = db
    .prepare<SqlValue[], InboxRow>(`SELECT ${ROW} ${where} ORDER BY inbox.seq DESC LIMIT ?`)
    .all(...params, fitting);
  return { rows, more: fitting < sizes.length };
}

/** Returns how many of these notices fit on a page; at least one, so that every page makes progress. */
function countFitting(sizes: readonly number[]): number {
  let bytes = 0;
  const end = sizes.findIndex((size, index) => {
    bytes += size * SHOWN_TIMES;
    return index > 0 && bytes > MAX_PAGE_BYTES;
  });
  return end === -1 ? sizes.length : end;
}
