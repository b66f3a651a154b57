import type { Database } from '../sqlite.js';
import { createReceived, type NewPromise, type Received } from './answers/received.js';

/** A verified routing report: the outcome of each notice of its frame. */
export interface Routed {
  readonly frame: number;
  /** The exact bytes of its record, for a resend and for the gateway's API. */
  readonly record: Uint8Array;
  /** Digest of its statement, by which receipts name it. */
  readonly digest: string;
  /** The recipients that are to get each notice. */
  readonly promised: readonly { readonly own: number; readonly orgs: readonly string[] }[];
  /** The recipients that it denies a notice which an earlier report, on another frame, had allowed them. */
  readonly removed: Removed;
  readonly refused: readonly { readonly own: number; readonly code: string }[];
  /** What each recipient must answer. */
  readonly promises: readonly NewPromise[];
}

/** Recipients that no longer get a notice; a copy may have reached them before. */
type Removed = readonly { readonly own: number; readonly org: string }[];

/** A verified narrowing: recipients that its notices no longer go to. */
export interface NarrowingRecord {
  /** Hex SHA-256 of `record`. */
  readonly id: string;
  readonly frame: number;
  readonly record: Uint8Array;
  /** Digest of its statement. */
  readonly digest: string;
  readonly removed: Removed;
  /** What each recipient that it names must answer. */
  readonly promises: readonly NewPromise[];
}

/** A stored record of the hub about an own frame. */
export interface OwnFrameRecord {
  readonly digest: string;
  readonly frame: number;
  readonly bytes: Uint8Array;
}

/** Settles own notices by their report and their receipts. Writes belong into a transaction. */
export interface Settlement extends Received {
  routed(report: Routed): void;
  narrowed(narrowing: NarrowingRecord): void;
  /** Stores the hub's last status of a delivery without a receipt. */
  status(own: number, org: string, status: string): void;
  /** Settles a frame, and later frames to which its notices moved, once none of their notices is queued or routed. */
  closeFrame(frame: number): void;
  waitingOf(own: number): readonly { readonly org: string; readonly status: string | null }[];
  /** The exact bytes of the reports and narrowings on the frames that an own notice is or was in. */
  recordsOf(own: number): readonly Uint8Array[];
  /** The report of a frame, then its narrowings in the order of their arrival. */
  recordsOn(frame: number): readonly OwnFrameRecord[];
  /** The record with this digest; undefined when it never arrived. */
  recordNamed(digest: string): OwnFrameRecord | undefined;
}

/** Creates the settlement on the tables of frames, own notices and receipts. */
export function createSettlement(db: Database): Settlement {
  const settleOne = db.prepare<[number]>(
    `UPDATE own SET state = iif(EXISTS (SELECT 1 FROM disputed WHERE disputed.own = own.seq), 'disputed', 'settled')
     WHERE seq = ? AND state = 'routed' AND NOT EXISTS (SELECT 1 FROM waiting WHERE waiting.own = own.seq)`,
  );
  const unwait = db.prepare<[number, string]>('DELETE FROM waiting WHERE own = ? AND org = ?');
  const remove = removingIn(db);
  const status = db.prepare<[string, number, string]>(
    'UPDATE waiting SET status = ? WHERE own = ? AND org = ?',
  );
  const settle: Settle = (own) => void settleOne.run(own);
  const closeFrame = closingIn(db);
  const received = createReceived(db, {
    answered: (own, org) => {
      unwait.run(own, org);
      settle(own);
    },
    closeFrame,
  });
  return {
    routed: routedInto(db, { settle, closeFrame, remove, promise: received.promise }),
    narrowed: narrowedInto(db, { settle, closeFrame, remove, promise: received.promise }),
    status: (own, org, text) => void status.run(text, own, org),
    closeFrame,
    ...received,
    ...readings(db),
  };
}

function closingIn(db: Database): Settlement['closeFrame'] {
  const close = db.prepare<[number]>(
    `UPDATE frame SET state = 'settled' WHERE number = ? AND state <> 'settled'
     AND NOT EXISTS (SELECT 1 FROM own INDEXED BY own_open_frame
       WHERE own.frame = frame.number AND own.state IN ('queued', 'routed'))
     AND NOT EXISTS (SELECT 1 FROM own_item INDEXED BY own_item_open_frame
       WHERE own_item.frame = frame.number AND own_item.state IN ('queued', 'routed'))`,
  );
  const later = db.prepare<[number], { readonly frame: number }>(
    `SELECT own.frame FROM reframed JOIN own ON own.seq = reframed.own
     WHERE reframed.frame = ?1 AND own.frame IS NOT NULL
     UNION ALL SELECT own_item.frame FROM item_reframed JOIN own_item ON own_item.seq = item_reframed.item
     WHERE item_reframed.frame = ?1 AND own_item.frame IS NOT NULL`,
  );
  // A report or receipt for an earlier frame may settle the last notice of a later one.
  return (frame) => {
    close.run(frame);
    for (const { frame: other } of later.all(frame)) close.run(other);
  };
}

type Settle = (number: number) => void;

/** Creates the function that stores the recipients that no longer get a notice: they stay holders, and owe no receipt. */
function removingIn(db: Database): SettleDeps['remove'] {
  const add = db.prepare<[number, string]>('INSERT OR IGNORE INTO narrowed (own, org) VALUES (?, ?)');
  const unwait = db.prepare<[number, string]>('DELETE FROM waiting WHERE own = ? AND org = ?');
  return (removed) => {
    for (const { own, org } of removed) {
      add.run(own, org);
      unwait.run(own, org);
    }
  };
}

interface SettleDeps {
  readonly settle: Settle;
  readonly closeFrame: Settle;
  readonly remove: (removed: Removed) => void;
  readonly promise: (frame: number, promise: NewPromise) => void;
}

function narrowedInto(
  db: Database,
  { settle, closeFrame, remove, promise }: SettleDeps,
): Settlement['narrowed'] {
  const add = db.prepare<[string, number, Uint8Array, string]>(
    `INSERT OR IGNORE INTO narrowing (id, frame, record, digest, arrived)
     VALUES (?1, ?2, ?3, ?4, (SELECT count(*) FROM narrowing WHERE frame = ?2))`,
  );
  return ({ id, frame, record, digest, removed, promises }) => {
    add.run(id, frame, record, digest);
    for (const one of promises) promise(frame, one);
    remove(removed);
    for (const { own } of removed) settle(own);
    closeFrame(frame);
  };
}

function routedInto(db: Database, { settle, closeFrame, remove, promise }: SettleDeps): Settlement['routed'] {
  const keep = db.prepare<[Uint8Array, string, number]>(
    'UPDATE frame SET report = ?, report_digest = ? WHERE number = ?',
  );
  const route = db.prepare<[number]>("UPDATE own SET state = 'routed' WHERE seq = ? AND state = 'queued'");
  const refuse = db.prepare<[string, number]>(
    "UPDATE own SET state = 'refused', code = ? WHERE seq = ? AND state IN ('queued', 'routed')",
  );
  const clear = db.prepare<[number]>('DELETE FROM waiting WHERE own = ?');
  // A narrowing may arrive before the report, and a repeated report after receipts.
  const wait = db.prepare<[number, string]>(
    `INSERT INTO waiting (own, org) SELECT ?1, ?2
     WHERE NOT EXISTS (SELECT 1 FROM receipt, json_each(receipt.notices) WHERE receipt.org = ?2 AND json_each.value = ?1
       AND receipt.frame IN (SELECT frame FROM own WHERE seq = ?1 UNION SELECT frame FROM reframed WHERE own = ?1))
     AND NOT EXISTS (SELECT 1 FROM narrowed WHERE own = ?1 AND org = ?2)
     AND NOT EXISTS (SELECT 1 FROM disputed WHERE own = ?1 AND org = ?2)`,
  );
  const open = db.prepare<[number], { readonly n: number }>(
    "SELECT 1 AS n FROM own WHERE seq = ? AND state IN ('queued', 'routed')",
  );
  return ({ frame, record, digest, promised, removed, refused, promises }) => {
    keep.run(record, digest, frame);
    for (const one of promises) promise(frame, one);
    remove(removed);
    for (const { own, orgs } of promised) {
      // A repeated report does not reopen a settled notice.
      if (open.get(own) === undefined) continue;
      clear.run(own);
      for (const org of orgs) wait.run(own, org);
      route.run(own);
      settle(own);
    }
    // Cleared only with the change of state: otherwise a notice could settle without any receipt.
    for (const { own, code } of refused) if (refuse.run(code, own).changes > 0) clear.run(own);
    closeFrame(frame);
  };
}

function readings(db: Database): Pick<Settlement, 'waitingOf' | 'recordsOf' | 'recordsOn' | 'recordNamed'> {
  const waiting = db.prepare<[number], { readonly org: string; readonly status: string | null }>(
    'SELECT org, status FROM waiting WHERE own = ? ORDER BY org',
  );
  const records = db.prepare<[number], { readonly record: Uint8Array }>(
    `WITH inside (frame) AS (SELECT frame FROM own WHERE seq = ?1 UNION SELECT frame FROM reframed WHERE own = ?1)
     SELECT report AS record FROM frame WHERE number IN inside AND report IS NOT NULL
     UNION ALL SELECT record FROM narrowing WHERE frame IN inside`,
  );
  const report = db.prepare<[number], OwnFrameRecord>(
    `SELECT report_digest AS digest, number AS frame, report AS bytes FROM frame
     WHERE number = ? AND report_digest IS NOT NULL`,
  );
  const narrowings = db.prepare<[number], OwnFrameRecord>(
    'SELECT digest, frame, record AS bytes FROM narrowing WHERE frame = ? ORDER BY arrived',
  );
  const named = db.prepare<[string], OwnFrameRecord>(
    `SELECT report_digest AS digest, number AS frame, report AS bytes FROM frame WHERE report_digest = ?1
     UNION ALL SELECT digest, frame, record AS bytes FROM narrowing WHERE digest = ?1`,
  );
  return {
    waitingOf: (own) => waiting.all(own),
    recordsOf: (own) => records.all(own).map(({ record }) => record),
    recordsOn: (frame) => [...report.all(frame), ...narrowings.all(frame)],
    recordNamed: (digest) => named.get(digest),
  };
}
