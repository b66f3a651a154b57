import type { Database } from '../sqlite.js';

/** The numbers of a gateway's pending work; times are milliseconds since the epoch, null when nothing is pending. */
export interface GatewayCounts {
  /** Own notices without a routing report. */
  readonly queued: number;
  readonly oldestQueued: number | null;
  /** Pairs of an own notice and a recipient without a receipt. */
  readonly awaited: number;
  readonly oldestAwaited: number | null;
  /** The awaited pairs whose delivery is parked at the hub. */
  readonly parked: number;
  /** Own receipts that are not sent yet. */
  readonly unsent: number;
  /** Notices held in the inbox. */
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

/** Returns a function that counts the pending work in one query. */
export function createCounts(db: Database): () => GatewayCounts {
  const counts = db.prepare<[], GatewayCounts>(COUNTS);
  return () => counts.get() ?? NOTHING;
}
