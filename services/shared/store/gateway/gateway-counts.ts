import type { Database } from '../sqlite.js';

/** How much of what a gateway keeps is still on its way; times in milliseconds, null when nothing waits. */
export interface GatewayCounts {
  /** Own notices without a report. */
  readonly queued: number;
  readonly oldestQueued: number | null;
  /** Receipts of recipients that did not come yet, one a notice and recipient, and those of them that wait at the hub. */
  readonly awaited: number;
  readonly oldestAwaited: number | null;
  readonly parked: number;
  /** Own receipts that are to be sent. */
  readonly unsent: number;
  readonly inbox: number;
}

const COUNTS = `
  SELECT
    queued.n AS queued, queued.at AS oldestQueued,
    awaited.n AS awaited, awaited.at AS oldestAwaited, awaited.parked AS parked,
    (SELECT count(*) FROM delivery WHERE unsent = 1) AS unsent,
    (SELECT count(*) FROM inbox) AS inbox
  FROM
    (SELECT count(*) AS n, min(at) AS at FROM own WHERE state = 'queued') AS queued,
    (SELECT count(*) AS n, min(own.at) AS at, count(*) FILTER (WHERE waiting.status = 'parked') AS parked
     FROM waiting JOIN own ON own.seq = waiting.own) AS awaited`;

const NOTHING: GatewayCounts = {
  queued: 0,
  oldestQueued: null,
  awaited: 0,
  oldestAwaited: null,
  parked: 0,
  unsent: 0,
  inbox: 0,
};

export function createCounts(db: Database): () => GatewayCounts {
  const counts = db.prepare<[], GatewayCounts>(COUNTS);
  return () => counts.get() ?? NOTHING;
}
