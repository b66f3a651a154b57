import { type EndedRow, REMEMBER_MS } from './gateway-inbox.js';
import type { Database } from '../sqlite.js';

/** The result of a sweep. */
export interface Swept {
  /** The number of notices, own and received, whose content was erased. */
  readonly erased: number;
  /** How many of them were received notices. */
  readonly ended: number;
  /** Own notices that ended without a report or a receipt. */
  readonly missed: readonly Awaited[];
}

/** An own notice and a recipient without a receipt; `org` is null while the report itself is missing. */
export interface Awaited {
  readonly id: string;
  readonly revision: number;
  readonly org: string | null;
}

interface SweepDeps {
  readonly closeFrame: (frame: number) => void;
  readonly forgetOwnText: (seq: number) => void;
  readonly forgetInboxText: (seq: number) => void;
}

/** Erases ended notices and deletes rows that are no longer needed. Within a transaction; `now` in ms since the epoch. */
export type Sweep = (now: number) => Swept;

/** Returns the missing reports and receipts of notices submitted after `from` and not after `to`, in ms since the epoch. */
export type Overdue = (from: number, to: number) => readonly Awaited[];

const AWAITED = `SELECT id, revision, org FROM own LEFT JOIN waiting ON waiting.own = own.seq
  WHERE state IN ('queued', 'routed')`;

/** Creates the query of overdue reports and receipts. */
export function createOverdue(db: Database): Overdue {
  const overdue = db.prepare<[number, number], Awaited>(
    `${AWAITED} AND at > ? AND at <= ? ORDER BY seq, org`,
  );
  return (from, to) => overdue.all(from, to);
}

/** Creates the sweep of own and received notices. */
export function createSweep(db: Database, deps: SweepDeps): Sweep {
  const inbox = sweepInbox(db, deps);
  const own = sweepOwn(db, deps);
  const forget = forgetOld(db);
  return (now) => {
    const { erased, missed } = own(now);
    const ended = inbox(now);
    forget(now);
    return { erased: erased + ended, ended, missed };
  };
}

function sweepInbox(db: Database, { forgetInboxText }: SweepDeps): (now: number) => number {
  const expired = db.prepare<[number], Omit<EndedRow, 'at'>>(
    'DELETE FROM inbox WHERE exp <= ? RETURNING seq, originator, id, revision, number',
  );
  const end = db.prepare<[string, string]>(
    "UPDATE known SET ended = 'expired' WHERE originator = ? AND id = ?",
  );
  // Takes the next number of the inbox, so that a client that continues after a lower number sees the end.
  const next = db.prepare<[], { readonly seq: number }>(
    "UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'inbox' RETURNING seq",
  );
  const addEnding = db.prepare<[number, string, string, number, number, number]>(
    'INSERT INTO ending (seq, originator, id, revision, number, at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  return (now) => {
    const rows = expired.all(now / 1000);
    for (const { seq, originator, id, revision, number } of rows) {
      forgetInboxText(seq);
      end.run(originator, id);
      const place = next.get();
      if (place === undefined) throw new Error('the inbox has no numbers');
      addEnding.run(place.seq, originator, id, revision, number, now);
    }
    return rows.length;
  };
}

function sweepOwn(
  db: Database,
  { closeFrame, forgetOwnText }: SweepDeps,
): (now: number) => Omit<Swept, 'ended'> {
  const awaited = db.prepare<[number], Awaited>(`${AWAITED} AND exp <= ? ORDER BY seq, org`);
  const end = db.prepare<[number], { readonly seq: number; readonly frame: number | null }>(
    `UPDATE own SET state = 'ended' WHERE exp <= ? AND state IN ('queued', 'routed', 'settled')
     RETURNING seq, frame`,
  );
  const unwait = db.prepare<[number]>('DELETE FROM waiting WHERE own = ?');
  // The text is kept while its frame may have to be sent again, because it is part of the frame's bytes.
  const erase = db.prepare<[number], { readonly seq: number }>(
    `UPDATE own SET header = NULL, sd_jwt = NULL WHERE exp <= ? AND sd_jwt IS NOT NULL
     AND (frame IS NULL OR frame IN (SELECT number FROM frame WHERE state = 'settled')) RETURNING seq`,
  );
  return (now) => {
    const missed = awaited.all(now / 1000);
    for (const { seq, frame } of end.all(now / 1000)) {
      unwait.run(seq);
      if (frame !== null) closeFrame(frame);
    }
    const rows = erase.all(now / 1000);
    for (const { seq } of rows) forgetOwnText(seq);
    return { erased: rows.length, missed };
  };
}

function forgetOld(db: Database): (now: number) => void {
  const known = db.prepare<[number]>('DELETE FROM known WHERE forget <= ?');
  const delivery = db.prepare<[number]>('DELETE FROM delivery WHERE forget <= ?');
  const keys = db.prepare<[number]>('DELETE FROM idempotency WHERE at <= ?');
  const endings = db.prepare<[number]>('DELETE FROM ending WHERE at <= ?');
  const own = db.prepare<[number], { readonly seq: number; readonly frame: number | null }>(
    'DELETE FROM own WHERE exp <= ? AND sd_jwt IS NULL RETURNING seq, frame',
  );
  const parts = ['receipt', 'waiting', 'narrowed'].map((table) =>
    db.prepare<[number]>(`DELETE FROM ${table} WHERE own = ?`),
  );
  const frame = db.prepare<[number]>(
    'DELETE FROM frame WHERE number = ?1 AND NOT EXISTS (SELECT 1 FROM own WHERE own.frame = ?1)',
  );
  const orphans = `
    DELETE FROM narrowing WHERE frame NOT IN (SELECT number FROM frame);
    DELETE FROM receipt_set WHERE seq NOT IN (SELECT receipt_set FROM receipt)`;
  return (now) => {
    const before = now - REMEMBER_MS;
    known.run(now);
    delivery.run(now);
    keys.run(before);
    endings.run(before);
    const rows = own.all(before / 1000);
    for (const { seq } of rows) for (const part of parts) part.run(seq);
    for (const number of new Set(rows.map((row) => row.frame))) if (number !== null) frame.run(number);
    if (rows.length > 0) db.exec(orphans);
  };
}
