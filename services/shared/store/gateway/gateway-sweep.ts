import type { OwnEnds } from './gateway-end.js';
import type { LostNotices } from './lost/lost-notices.js';
import type { Forget } from './gateway-forget.js';
import type { Word } from './answers/receipt-frames.js';
import type { ExpiredHeld, InboxSweep } from './gateway-sweep-inbox.js';
import { type Awaited, createAwaitedBy, type OpenOwn } from './gateway-overdue.js';
import type { Database } from '../sqlite.js';

/** The result of one step of a sweep. */
export interface Swept {
  /** The number of notices, own and received, whose content was erased. */
  readonly erased: number;
  /** The received notices among them. */
  readonly expired: readonly ExpiredHeld[];
  /** True when local systems have something new to read. */
  readonly told: boolean;
  /** Number of own notices that need a new frame. */
  readonly reframed: number;
  /** Own notices that ended without a report or a receipt. */
  readonly missed: readonly Awaited[];
  /** True when there is more to erase or to delete. */
  readonly more: boolean;
}

interface SweepDeps {
  readonly ends: Pick<OwnEnds, 'end' | 'erase'>;
  readonly lost: Pick<LostNotices, 'expired'>;
  readonly inbox: InboxSweep;
  /** Stores a later word about a held notice, for its originator. */
  readonly addWord: (word: Word) => void;
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
  const own = sweepOwn(db, deps);
  const addExpiryWord = createExpiryWord(db, deps);
  return (now) => {
    const { erased, lost, ...swept } = own(now);
    const ended = deps.inbox.expire(now, ROWS);
    for (const one of ended) addExpiryWord(one);
    const expired = ended.filter(({ keep }) => keep === null);
    const shown = deps.inbox.show(now, ROWS);
    const isMoreOld = deps.forget(now, ROWS);
    const more = isMoreOld || [erased, lost, ended.length, shown].some((count) => count >= ROWS);
    return { ...swept, erased: erased + expired.length, expired, told: ended.length + shown > 0, more };
  };
}

/** Creates the function that stores the later word about a received notice that expired. */
function createExpiryWord(db: Database, { addWord }: SweepDeps): (ended: ExpiredHeld) => void {
  const frameOf = db.prepare<[number], { readonly frame: string }>(
    'SELECT frame FROM delivery WHERE seq = ?',
  );
  return ({ originator, id, number, delivery, leaf: place, disclosed: before, keep }) => {
    const frame = frameOf.get(delivery)?.frame;
    if (frame === undefined) return;
    const said = keep === null ? { type: 'destroyed', code: 'expired' } : { type: 'kept', code: keep };
    addWord({ originator, frame, place, jti: `${id}.${number}`, ...said, before });
  };
}

interface EndedOwn extends OpenOwn {
  readonly frame: number | null;
}

/** Ends own notices that are past their life and erases their content at once. */
function sweepOwn(
  db: Database,
  { ends, lost }: SweepDeps,
): (now: number) => Pick<Swept, 'reframed' | 'missed'> & { readonly erased: number; readonly lost: number } {
  const ended = db.prepare<[number, number], EndedOwn>(
    `SELECT seq, id, number, state, frame FROM own WHERE exp <= ? AND sd_jwt IS NOT NULL ORDER BY exp LIMIT ?`,
  );
  const awaitedBy = createAwaitedBy(db);
  return (now) => {
    const rows = ended.all(now / 1000, ROWS);
    const missed = rows.filter(({ state }) => state === 'queued' || state === 'routed').flatMap(awaitedBy);
    const { reframed } = ends.erase(rows);
    // A lost notice has no content to erase; its end is noted, so that it takes no more orders.
    const expired = lost.expired(now / 1000, ROWS);
    for (const [id, exp] of new Map(expired.map((one) => [one.id, one.exp])))
      ends.end(id, { ending: 'expired', reason: null, at: exp * 1000 });
    return { erased: rows.length, lost: expired.length, reframed, missed };
  };
}
