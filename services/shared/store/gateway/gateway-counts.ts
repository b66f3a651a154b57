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
  /** Own notices with a receipt for another delivery than their report promises. */
  readonly disputed: number;
  /** Own receipts that are not sent yet. */
  readonly unsent: number;
  /** Notices held in the inbox. */
  readonly inbox: number;
}

const COUNTS = `
  SELECT
    (SELECT value FROM counter WHERE name = 'queued') AS queued,
    (SELECT at FROM own WHERE state = 'queued' ORDER BY seq LIMIT 1) AS oldestQueued,
    (SELECT value FROM counter WHERE name = 'awaited') AS awaited,
    (SELECT at FROM own WHERE seq = (SELECT min(own) FROM waiting)) AS oldestAwaited,
    (SELECT value FROM counter WHERE name = 'parked') AS parked,
    (SELECT value FROM counter WHERE name = 'disputed') AS disputed,
    (SELECT value FROM counter WHERE name = 'unsent')
      + coalesce((SELECT receipts FROM receipt_frame ORDER BY number LIMIT 1), 0) AS unsent,
    (SELECT value FROM counter WHERE name = 'inbox') AS inbox`;

/** Returns a function that reads the counters of pending work, which triggers maintain, and the oldest pending items. */
export function createCounts(db: Database): () => GatewayCounts {
  const counts = db.prepare<[], GatewayCounts>(COUNTS);
  return () => {
    const row = counts.get();
    if (row === undefined) throw new Error('a query without a table has one row');
    return row;
  };
}
