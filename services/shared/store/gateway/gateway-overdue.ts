import type { Database } from '../sqlite.js';

/** An own notice and a recipient without a receipt; `org` is null while the report itself is missing. */
export interface Awaited {
  readonly id: string;
  readonly number: number;
  readonly org: string | null;
}

/** Returns the missing report, or the missing receipts, of an open own notice. */
export type AwaitedBy = (own: OpenOwn) => readonly Awaited[];

/** An own notice without its report or without all receipts. */
export interface OpenOwn {
  readonly seq: number;
  readonly id: string;
  readonly number: number;
  readonly state: string;
}

/** Creates the query for the missing report or receipts of an open own notice. */
export function createAwaitedBy(db: Database): AwaitedBy {
  const waiting = db.prepare<[number], { readonly org: string }>(
    'SELECT org FROM waiting WHERE own = ? ORDER BY org',
  );
  return ({ seq, id, number, state }) =>
    state === 'queued'
      ? [{ id, number, org: null }]
      : waiting.all(seq).map(({ org }) => ({ id, number, org }));
}

/** A place in the order of submission: time in milliseconds since the epoch, and `own.seq`. */
export interface SubmissionPlace {
  readonly at: number;
  readonly seq: number;
}

/** The missing reports and receipts of a batch of notices; `upTo` is the last of them, undefined for an empty batch. */
export interface OverduePage {
  readonly missing: readonly Awaited[];
  readonly upTo: SubmissionPlace | undefined;
}

/**
 * Returns the next batch of missing reports and receipts of notices of a kind submitted after `from` and not
 * after `to` (ms), oldest first.
 */
export type Overdue = (kind: string, from: SubmissionPlace, to: number) => OverduePage;

/** Notices in one batch: few enough not to block the process noticeably. */
const NOTICES = 100;

/** Creates the query of overdue reports and receipts. */
export function createOverdue(db: Database): Overdue {
  const open = db.prepare<[string, number, number, number, number], OpenOwn & SubmissionPlace>(
    `SELECT seq, id, number, state, at FROM own INDEXED BY own_open WHERE state IN ('queued', 'routed')
     AND kind = ? AND (at, seq) > (?, ?) AND at <= ? ORDER BY at, seq LIMIT ?`,
  );
  const awaitedBy = createAwaitedBy(db);
  return (kind, from, to) => {
    const rows = open.all(kind, from.at, from.seq, to, NOTICES);
    return { missing: rows.flatMap(awaitedBy), upTo: rows.at(-1) };
  };
}
