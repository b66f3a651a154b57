import type { RingScope } from './console-ring.js';
import type { Database } from '../sqlite.js';

/** The counted fields of one status event; `at` in milliseconds since the epoch. */
export interface Counted {
  readonly at: number;
  readonly originator: string;
  readonly recipient: string;
  readonly event: string;
  readonly code: string;
  readonly jti: string | undefined;
}

/**
 * How often an event happened between two organisations; `last` is the newest time, `lag` the total delay of `lagged`
 * receipts in milliseconds.
 */
export interface Count {
  readonly originator: string;
  readonly recipient: string;
  readonly event: string;
  readonly code: string;
  readonly count: number;
  readonly last: number;
  readonly lag: number;
  readonly lagged: number;
}

/** The deliveries to a recipient, by state, without a receipt event. */
export interface Pending {
  readonly recipient: string;
  readonly state: 'handed' | 'parked' | 'deferred';
  readonly count: number;
  readonly oldest: number;
  readonly newest: number;
}

/** How often an event happened in one step of time. */
export interface SeriesPoint {
  /** Milliseconds since the epoch: the beginning of the step. */
  readonly at: number;
  readonly event: string;
  readonly count: number;
}

/** A period from `from` until now, in steps of 10 s (kept for an hour) or 300 s (kept for a day). */
export interface Stretch {
  readonly step: 10 | 300;
  readonly from: number;
  readonly scope: RingScope | undefined;
}

/** Counts status events between organisations and follows pending deliveries. */
export interface Tally {
  add(events: readonly Counted[]): void;
  counts(stretch: Stretch): readonly Count[];
  series(stretch: Stretch): readonly SeriesPoint[];
  /** The pending deliveries; within a scope those of its own notices only. */
  pending(scope: RingScope | undefined): readonly Pending[];
  /** Deletes old steps, and deliveries that were pending before the ring begins. */
  sweep(now: number, ringBegins: number): void;
}

const STEPS = [10, 300] as const;
const KEPT_MS = { 10: 3_600_000, 300: 86_400_000 } as const;
/** How long a receipt is remembered, because its event may arrive before that of its delivery. */
const SETTLED_MS = 600_000;

const STATES: Readonly<Record<string, Pending['state']>> = {
  delivered: 'handed',
  redacted: 'handed',
  parked: 'parked',
  deferred: 'deferred',
};
const RECEIPTS = new Set(['received', 'rejected', 'destroyed', 'kept']);
/** Events that end a pending delivery and have no effect without one. */
const ENDS = new Set(['denied', 'expired']);

const SCOPED =
  '(?3 IS NULL OR originator = ?3 OR (recipient = ?3 AND event IN (SELECT value FROM json_each(?4))))';

/** Creates the tally on the tables `tally` and `pending`. */
export function createTally(db: Database): Tally {
  const bump = db.prepare<[number, number, string, string, string, string, number, number, number, number]>(
    `INSERT INTO tally VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET count = count + excluded.count, last = excluded.last, lag = lag + excluded.lag,
       lagged = lagged + excluded.lagged`,
  );
  const settle = createSettling(db);
  const counts = db.prepare<[number, number, string | null, string], Count>(
    `SELECT originator, recipient, event, code, sum(count) AS count, max(last) AS last, sum(lag) AS lag,
       sum(lagged) AS lagged
     FROM tally WHERE step = ?1 AND bucket >= ?2 AND ${SCOPED} GROUP BY originator, recipient, event, code`,
  );
  const series = db.prepare<[number, number, string | null, string], SeriesPoint>(
    `SELECT bucket * 1000 AS at, event, sum(count) AS count FROM tally
     WHERE step = ?1 AND bucket >= ?2 AND ${SCOPED} GROUP BY bucket, event ORDER BY bucket`,
  );
  const old = db.prepare<[number, number]>('DELETE FROM tally WHERE step = ? AND bucket < ?');
  return {
    add: (events) => {
      for (const { step, bucket, one } of gather(events, settle.take)) {
        const { originator, recipient, event, code, count, last, lag, lagged } = one;
        bump.run(step, bucket, originator, recipient, event, code, count, last, lag, lagged);
      }
    },
    counts: ({ step, from, scope }) => counts.all(step, bucketOf(from, step), ...scoped(scope)),
    series: ({ step, from, scope }) => series.all(step, bucketOf(from, step), ...scoped(scope)),
    pending: settle.pending,
    sweep: (now, ringBegins) => {
      for (const step of STEPS) old.run(step, bucketOf(now - KEPT_MS[step], step));
      settle.sweep(now - SETTLED_MS, ringBegins);
    },
  };
}

interface Bump {
  readonly step: number;
  readonly bucket: number;
  readonly one: Count;
}

/** Sums the counts of a batch, so that each row is written once. */
function gather(events: readonly Counted[], lagOf: (event: Counted) => number | undefined): Iterable<Bump> {
  const bumps = new Map<string, Bump>();
  for (const event of events) {
    const lag = lagOf(event);
    const { originator, recipient, event: name, code, at } = event;
    for (const step of STEPS) {
      const bucket = bucketOf(at, step);
      const key = [step, bucket, originator, recipient, name, code].join(' ');
      const before = bumps.get(key)?.one;
      const one = {
        originator,
        recipient,
        event: name,
        code,
        count: (before?.count ?? 0) + 1,
        last: at,
        lag: (before?.lag ?? 0) + (lag ?? 0),
        lagged: (before?.lagged ?? 0) + (lag === undefined ? 0 : 1),
      };
      bumps.set(key, { step, bucket, one });
    }
  }
  return bumps.values();
}

const scoped = (scope: RingScope | undefined): [string | null, string] => [
  scope?.org ?? null,
  JSON.stringify(scope?.told ?? []),
];

/** Returns the beginning of a step, in seconds since the epoch. */
const bucketOf = (ms: number, step: number): number => Math.floor(ms / 1000 / step) * step;

interface Settling {
  /** Applies an event; returns the milliseconds from delivery to receipt when both are known. */
  readonly take: (event: Counted) => number | undefined;
  readonly pending: Tally['pending'];
  readonly sweep: (settledBefore: number, before: number) => void;
}

function createSettling(db: Database): Settling {
  const find = db.prepare<[string, string, string], { state: string; since: number }>(
    'SELECT state, since FROM pending WHERE originator = ? AND recipient = ? AND jti = ?',
  );
  const put = db.prepare<[string, string, string, string, number]>(
    `INSERT INTO pending VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET state = excluded.state, since = excluded.since`,
  );
  const pending = db.prepare<[string | null], Pending>(
    `SELECT recipient, state, count(*) AS count, min(since) AS oldest,
       max(since) AS newest FROM pending
     WHERE state IN ('handed', 'parked', 'deferred') AND (?1 IS NULL OR originator = ?1) GROUP BY recipient, state`,
  );
  const forget = db.prepare<[string, number]>('DELETE FROM pending WHERE state = ? AND since < ?');
  return {
    take: ({ originator, recipient, jti, event, at }) => {
      const state = STATES[event];
      const settles = RECEIPTS.has(event) || ENDS.has(event);
      if (jti === undefined || (state === undefined && !settles)) return undefined;
      const known = find.get(originator, recipient, jti);
      if (known?.state === 'settled' || (known === undefined && ENDS.has(event))) return undefined;
      put.run(originator, recipient, jti, state ?? 'settled', settles ? at : (known?.since ?? at));
      return event === 'received' && known !== undefined ? at - known.since : undefined;
    },
    pending: (scope) => pending.all(scope?.org ?? null),
    sweep: (settledBefore, before) => {
      forget.run('settled', settledBefore);
      for (const state of ['handed', 'parked', 'deferred']) forget.run(state, before);
    },
  };
}
