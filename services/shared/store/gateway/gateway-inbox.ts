import { createDeliveries, type Deliveries, type DeliveryParts } from './gateway-deliveries.js';
import { matchOf } from './gateway-text.js';
import type { InboxEventRow, InboxLog } from './gateway-inbox-log.js';
import { whereOf } from './gateway-own.js';
import type { Database, SqlValue } from '../sqlite.js';

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
  /** Its place in the status lists; null until a list is made after its arrival. */
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

/** The notices that a gateway received, as they are shown, with their deliveries and receipts. */
export interface Inbox extends Deliveries {
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

interface InboxParts extends DeliveryParts {
  readonly log: InboxLog;
}

/** Creates the inbox. */
export function createInbox(db: Database, { log, ...parts }: InboxParts): Inbox {
  const one = db.prepare<[string, string], InboxRow>(
    `SELECT ${ROW} WHERE inbox.originator = ? AND id = ? AND ${IS_SHOWN}`,
  );
  const after = db.prepare<[number, number], InboxRow>(
    `SELECT ${ROW} WHERE inbox.seq > ? AND ${IS_SHOWN} ORDER BY inbox.seq LIMIT ?`,
  );
  const last = db.prepare<[], { readonly seq: number }>(
    "SELECT seq FROM sqlite_sequence WHERE name = 'inbox'",
  );
  return {
    ...createDeliveries(db, parts),
    find: (originator, id) => one.get(originator, id),
    search: (search) => searchInbox(db, search),
    after: (seq, limit) => after.all(seq, limit),
    eventsAfter: log.after,
    lastSeq: () => last.get()?.seq ?? 0,
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
