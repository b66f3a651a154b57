import { createDropUnused } from './gateway-forget.js';
import type { Database } from '../sqlite.js';

/** A verified routing report: the outcome of each notice of its frame. */
export interface Routed {
  readonly frame: number;
  /** The exact bytes of its record, for a resend and for the gateway's API. */
  readonly record: Uint8Array;
  /** The recipients that are to get each notice. */
  readonly promised: readonly { readonly own: number; readonly orgs: readonly string[] }[];
  readonly refused: readonly { readonly own: number; readonly code: string }[];
}

/** A verified narrowing: recipients that its notices no longer go to. */
export interface NarrowingRecord {
  /** Hex SHA-256 of `record`. */
  readonly id: string;
  readonly frame: number;
  readonly record: Uint8Array;
  /** The recipients that no longer get a notice. */
  readonly removed: readonly { readonly own: number; readonly org: string }[];
}

/** One leaf of a recipient's receipt. */
export interface ReceivedReceipt {
  readonly own: number;
  readonly org: string;
  readonly type: string;
  readonly code: string | null;
  readonly at: number;
  readonly kid: string;
  readonly leaf: number;
}

/** A receipt with the bytes of the signed set that it is a leaf of. */
export type KeptReceipt = Omit<ReceivedReceipt, 'own'> & { readonly set: Uint8Array };

/** Settles own notices by their report and their receipts, in either order. Writes belong into a transaction. */
export interface Settlement {
  routed(report: Routed): void;
  narrowed(narrowing: NarrowingRecord): void;
  received(set: Uint8Array, receipts: readonly ReceivedReceipt[]): void;
  /** Stores the hub's last status of a delivery without a receipt. */
  status(own: number, org: string, status: string): void;
  /** Settles a frame, and later frames to which its notices moved, once none of their notices is queued or routed. */
  closeFrame(frame: number): void;
  receiptsOf(own: number): readonly KeptReceipt[];
  waitingOf(own: number): readonly { readonly org: string; readonly status: string | null }[];
  /** The exact bytes of the reports and narrowings on the frames that an own notice is or was in. */
  recordsOf(own: number): readonly Uint8Array[];
}

/** Creates the settlement on the tables of frames, own notices and receipts. */
export function createSettlement(db: Database): Settlement {
  const settle = db.prepare<[number]>(
    `UPDATE own SET state = 'settled' WHERE seq = ? AND state = 'routed'
     AND NOT EXISTS (SELECT 1 FROM waiting WHERE waiting.own = own.seq)`,
  );
  const unwait = db.prepare<[number, string]>('DELETE FROM waiting WHERE own = ? AND org = ?');
  const status = db.prepare<[string, number, string]>(
    'UPDATE waiting SET status = ? WHERE own = ? AND org = ?',
  );
  const addNarrowing = db.prepare<[string, number, Uint8Array]>(
    'INSERT OR IGNORE INTO narrowing (id, frame, record) VALUES (?, ?, ?)',
  );
  const remove = db.prepare<[number, string]>('INSERT OR IGNORE INTO narrowed (own, org) VALUES (?, ?)');
  const closeFrame = closingIn(db);
  return {
    routed: routedInto(db, (own) => void settle.run(own), closeFrame),
    narrowed: ({ id, frame, record, removed }) => {
      addNarrowing.run(id, frame, record);
      for (const { own, org } of removed) {
        remove.run(own, org);
        unwait.run(own, org);
        settle.run(own);
      }
      closeFrame(frame);
    },
    received: receivedInto(db, (own) => void settle.run(own), closeFrame),
    status: (own, org, text) => void status.run(text, own, org),
    closeFrame,
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

function routedInto(db: Database, settle: Settle, closeFrame: Settle): Settlement['routed'] {
  const keep = db.prepare<[Uint8Array, number]>('UPDATE frame SET report = ? WHERE number = ?');
  const route = db.prepare<[number]>("UPDATE own SET state = 'routed' WHERE seq = ? AND state = 'queued'");
  const refuse = db.prepare<[string, number]>(
    "UPDATE own SET state = 'refused', code = ? WHERE seq = ? AND state IN ('queued', 'routed')",
  );
  const clear = db.prepare<[number]>('DELETE FROM waiting WHERE own = ?');
  // Receipts and narrowings may arrive before the report.
  const wait = db.prepare<[number, string]>(
    `INSERT INTO waiting (own, org) SELECT ?1, ?2
     WHERE NOT EXISTS (SELECT 1 FROM receipt WHERE own = ?1 AND org = ?2)
     AND NOT EXISTS (SELECT 1 FROM narrowed WHERE own = ?1 AND org = ?2)`,
  );
  const open = db.prepare<[number], { readonly n: number }>(
    "SELECT 1 AS n FROM own WHERE seq = ? AND state IN ('queued', 'routed')",
  );
  return ({ frame, record, promised, refused }) => {
    keep.run(record, frame);
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

function receivedInto(db: Database, settle: Settle, closeFrame: Settle): Settlement['received'] {
  const keepSet = db.prepare<[Uint8Array]>('INSERT INTO receipt_set (bytes) VALUES (?)');
  // Keeps the first receipt for a delivery. A later one replaces it if it states what became of the held notice, or that a
  // notice is held which the recipient had rejected as expired or for a revoked key because of a wrong clock.
  const keep = db.prepare<[number, string, string, string | null, number, string, number, number]>(
    `INSERT INTO receipt (own, org, type, code, at, kid, receipt_set, leaf) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (own, org) DO UPDATE SET type = excluded.type, code = excluded.code, at = excluded.at,
       kid = excluded.kid, receipt_set = excluded.receipt_set, leaf = excluded.leaf
     WHERE (excluded.type IN ('destroyed', 'kept', 'not-held') AND excluded.at > receipt.at)
       OR (excluded.type = 'held' AND receipt.type = 'rejected' AND receipt.code IN ('expired', 'key-revoked'))`,
  );
  const unwait = db.prepare<[number, string]>('DELETE FROM waiting WHERE own = ? AND org = ?');
  const frameOf = db.prepare<[number], { readonly frame: number | null }>(
    'SELECT frame FROM own WHERE seq = ?',
  );
  const setOf = db.prepare<[number, string], { readonly set: number }>(
    'SELECT receipt_set AS "set" FROM receipt WHERE own = ? AND org = ?',
  );
  const drop = db.prepare<[number]>('DELETE FROM receipt_set WHERE seq = ?');
  const dropUnused = createDropUnused(db);
  return (set, receipts) => {
    const { rowid } = keepSet.run(set);
    let kept = 0;
    const frames = new Set<number>();
    const replaced = new Set<number>();
    for (const { own, org, type, code, at, kid, leaf } of receipts) {
      const about = frameOf.get(own);
      // The notice was deleted after the receipt was opened.
      if (about === undefined) continue;
      const before = setOf.get(own, org)?.set;
      if (before !== undefined) replaced.add(before);
      kept += keep.run(own, org, type, code, at, kid, rowid, leaf).changes;
      unwait.run(own, org);
      settle(own);
      if (about.frame !== null) frames.add(about.frame);
    }
    if (kept === 0) drop.run(rowid);
    else for (const before of replaced) dropUnused(before);
    for (const frame of frames) closeFrame(frame);
  };
}

function readings(db: Database): Pick<Settlement, 'receiptsOf' | 'waitingOf' | 'recordsOf'> {
  const receipts = db.prepare<[number], KeptReceipt>(
    `SELECT org, type, code, at, kid, leaf, bytes AS "set" FROM receipt
     JOIN receipt_set ON receipt_set.seq = receipt.receipt_set WHERE own = ? ORDER BY org`,
  );
  const waiting = db.prepare<[number], { readonly org: string; readonly status: string | null }>(
    'SELECT org, status FROM waiting WHERE own = ? ORDER BY org',
  );
  const records = db.prepare<[number], { readonly record: Uint8Array }>(
    `WITH inside (frame) AS (SELECT frame FROM own WHERE seq = ?1 UNION SELECT frame FROM reframed WHERE own = ?1)
     SELECT report AS record FROM frame WHERE number IN inside AND report IS NOT NULL
     UNION ALL SELECT record FROM narrowing WHERE frame IN inside`,
  );
  return {
    receiptsOf: (own) => receipts.all(own),
    waitingOf: (own) => waiting.all(own),
    recordsOf: (own) => records.all(own).map(({ record }) => record),
  };
}
