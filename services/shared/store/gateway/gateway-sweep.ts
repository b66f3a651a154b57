import type { OwnEnds } from './gateway-end.js';
import type { Forget } from './gateway-forget.js';
import type { EndedRow } from './gateway-inbox.js';
import { type Awaited, createAwaitedBy, type OpenOwn } from './gateway-overdue.js';
import type { Database } from '../sqlite.js';

/** The result of one step of a sweep. */
export interface Swept {
  /** The number of notices, own and received, whose content was erased. */
  readonly erased: number;
  /** How many of them were received notices. */
  readonly ended: number;
  /** Number of own notices that need a new frame. */
  readonly reframed: number;
  /** Own notices that ended without a report or a receipt. */
  readonly missed: readonly Awaited[];
  /** True when there is more to erase or to delete. */
  readonly more: boolean;
}

interface SweepDeps {
  readonly ends: Pick<OwnEnds, 'erase'>;
  readonly forgetInboxText: (seq: number) => void;
  readonly forget: Forget;
}

/**
 * Erases ended notices and deletes rows that are no longer needed, a bounded number in each call. Within a transaction;
 * `now` in milliseconds since the epoch.
 */
export type Sweep = (now: number) => Swept;

/** Maximum notices erased, and rows deleted from each table, in one step: a few milliseconds of work. */
const ROWS = 50;

/** Creates the sweep of own and received notices. */
export function createSweep(db: Database, deps: SweepDeps): Sweep {
  const inbox = sweepInbox(db, deps);
  const own = sweepOwn(db, deps);
  return (now) => {
    const { erased, ...swept } = own(now);
    const ended = inbox(now);
    const isMoreOld = deps.forget(now, ROWS);
    const more = isMoreOld || erased >= ROWS || ended >= ROWS;
    return { ...swept, erased: erased + ended, ended, more };
  };
}

function sweepInbox(db: Database, { forgetInboxText }: SweepDeps): (now: number) => number {
  const expired = db.prepare<[number, number], Omit<EndedRow, 'at'>>(
    `DELETE FROM inbox WHERE seq IN (SELECT seq FROM inbox WHERE exp <= ? ORDER BY exp LIMIT ?)
     RETURNING seq, originator, id, number`,
  );
  const end = db.prepare<[string, string]>(
    "UPDATE known SET ended = 'expired' WHERE originator = ? AND id = ?",
  );
  // Takes the next number of the inbox, so that a client that continues after a lower number sees the end.
  const next = db.prepare<[], { readonly seq: number }>(
    "UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'inbox' RETURNING seq",
  );
  const addEnding = db.prepare<[number, string, string, number, number]>(
    'INSERT INTO ending (seq, originator, id, number, at) VALUES (?, ?, ?, ?, ?)',
  );
  return (now) => {
    const rows = expired.all(now / 1000, ROWS);
    for (const { seq, originator, id, number } of rows) {
      forgetInboxText(seq);
      end.run(originator, id);
      const place = next.get();
      if (place === undefined) throw new Error('the inbox has no numbers');
      addEnding.run(place.seq, originator, id, number, now);
    }
    return rows.length;
  };
}

interface EndedOwn extends OpenOwn {
  readonly frame: number | null;
}

/** Ends own notices that are past their life and erases their content at once. */
function sweepOwn(
  db: Database,
  { ends }: SweepDeps,
): (now: number) => Pick<Swept, 'reframed' | 'missed'> & { readonly erased: number } {
  const ended = db.prepare<[number, number], EndedOwn>(
    `SELECT seq, id, number, state, frame FROM own WHERE exp <= ? AND sd_jwt IS NOT NULL ORDER BY exp LIMIT ?`,
  );
  const awaitedBy = createAwaitedBy(db);
  return (now) => {
    const rows = ended.all(now / 1000, ROWS);
    const missed = rows.filter(({ state }) => state === 'queued' || state === 'routed').flatMap(awaitedBy);
    const { reframed } = ends.erase(rows);
    return { erased: rows.length, reframed, missed };
  };
}
