import type { Database } from '../sqlite.js';

/** A status event as it was heard. `facts` is JSON of what else it says. */
export interface RingEvent {
  /** Microseconds since the epoch; rises with every event, so it is its name and its place. */
  readonly heard: number;
  readonly event: string;
  readonly originator: string;
  readonly recipient: string;
  readonly kind: string;
  readonly outcome: string;
  /** Of a gap: how many events of its source were not heard; null for an event. */
  readonly missed: number | null;
  readonly facts: string;
}

/** What is wanted: each list any of its words, undefined anything. */
export interface RingFilter {
  readonly event?: readonly string[];
  readonly originator?: readonly string[];
  readonly recipient?: readonly string[];
  readonly kind?: readonly string[];
  readonly outcome?: readonly string[];
}

/** Whose eyes: all of its own notices, and of those sent to it the `told` events. Undefined sees everything. */
export interface RingScope {
  readonly org: string;
  readonly told: readonly string[];
}

export interface RingQuestion {
  /** Exclusive. */
  readonly after: number;
  readonly filter: RingFilter;
  readonly scope: RingScope | undefined;
}

/** One step: what matches among the next events, and how far that reaches. */
export interface RingStep {
  readonly events: readonly RingEvent[];
  readonly upTo: number;
}

/** To be called when the transaction has returned: what is counted in memory must not outlive what was undone. */
export type Settle = () => void;

/** Gaps match every question: that something was not heard concerns everybody. */
export interface Ring {
  add(events: readonly RingEvent[]): Settle;
  /** Looks at the next thousand events only, so that nobody waits long; undefined at the end. */
  next(question: RingQuestion): RingStep | undefined;
  /** The events of every revision of a notice, in order; the newest of them where there are very many. */
  about(notice: string, scope: RingScope | undefined): readonly RingEvent[];
  /** What was heard last; 0 when nothing was. */
  last(): number;
  /** What was heard first among those that are kept; undefined when none are. */
  first(): number | undefined;
  /** How many are kept. */
  count(): number;
  /**
   * Events up to here are not kept. By the bound of time a step of it, whatever was heard; beyond `most` events the
   * place of the last that left.
   */
  swept(): number;
  /** Forgets what is older than the step of `before` and, beyond `most` events, the oldest. A bounded piece each call. */
  sweep(bounds: { readonly before: number; readonly most: number }): Settle;
}

const SCAN = 1_000;
const SWEEP = 5_000;
const MAX_ABOUT = 5_000;
/** Microseconds: as fine as the console counts. */
const STEP = 10_000_000;

/** The beginning of the step that a place is in: it tells of the clock, and not when something was heard. */
export function stepOf(place: number): number {
  return Math.floor(place / STEP) * STEP;
}

const WANTED = `SELECT heard, event, originator, recipient, kind, outcome, missed, facts FROM event
  WHERE heard > ?1 AND heard <= ?2 AND (missed IS NOT NULL OR (
    (?3 IS NULL OR originator = ?3 OR (recipient = ?3 AND event IN (SELECT value FROM json_each(?4))))
    AND (?5 IS NULL OR event IN (SELECT value FROM json_each(?5)))
    AND (?6 IS NULL OR originator IN (SELECT value FROM json_each(?6)))
    AND (?7 IS NULL OR recipient IN (SELECT value FROM json_each(?7)))
    AND (?8 IS NULL OR kind IN (SELECT value FROM json_each(?8)))
    AND (?9 IS NULL OR outcome IN (SELECT value FROM json_each(?9)))
  )) ORDER BY heard`;

/** `.` stands between a notice and its revision, and `/` is the character behind it. */
const ABOUT = `SELECT * FROM (
    SELECT heard, event, originator, recipient, kind, outcome, missed, facts FROM event
    WHERE json_extract(facts, '$.jti') > ?1 || '.' AND json_extract(facts, '$.jti') < ?1 || '/'
    AND (?2 IS NULL OR originator = ?2 OR (recipient = ?2 AND event IN (SELECT value FROM json_each(?3))))
    ORDER BY heard DESC LIMIT ?4
  ) ORDER BY heard`;

type Words = string | null;
type WantedParams = [number, number, Words, string, Words, Words, Words, Words, Words];

export function createRing(db: Database): Ring {
  const insert = db.prepare<[number, string, string, string, string, string, number | null, string]>(
    'INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const reach = db.prepare<[number, number], End>(
    'SELECT max(heard) AS heard FROM (SELECT heard FROM event WHERE heard > ? ORDER BY heard LIMIT ?)',
  );
  const wanted = db.prepare<WantedParams, RingEvent>(WANTED);
  const about = db.prepare<[string, Words, string, number], RingEvent>(ABOUT);
  const first = db.prepare<[], End>('SELECT min(heard) AS heard FROM event');
  const { count, sweep, swept, added } = createSweep(db);
  let last = db.prepare<[], End>('SELECT max(heard) AS heard FROM event').get()?.heard ?? swept();
  return {
    add: (events) => {
      for (const one of events) {
        const { heard, event, originator, recipient, kind, outcome, missed, facts } = one;
        insert.run(heard, event, originator, recipient, kind, outcome, missed, facts);
      }
      return () => {
        last = events.at(-1)?.heard ?? last;
        added(events.length);
      };
    },
    next: (question) => {
      const upTo = last > question.after ? reach.get(question.after, SCAN)?.heard : undefined;
      return typeof upTo === 'number' ? { events: wanted.all(...wantedBy(question, upTo)), upTo } : undefined;
    },
    about: (notice, scope) =>
      about.all(notice, scope?.org ?? null, JSON.stringify(scope?.told ?? []), MAX_ABOUT),
    last: () => last,
    first: () => first.get()?.heard ?? undefined,
    count,
    swept,
    sweep,
  };
}

interface End {
  readonly heard: number | null;
}

function wantedBy({ after, filter, scope }: RingQuestion, upTo: number): WantedParams {
  return [
    after,
    upTo,
    scope?.org ?? null,
    JSON.stringify(scope?.told ?? []),
    words(filter.event),
    words(filter.originator),
    words(filter.recipient),
    words(filter.kind),
    words(filter.outcome),
  ];
}

const words = (list: readonly string[] | undefined): Words =>
  list === undefined ? null : JSON.stringify(list);

function createSweep(
  db: Database,
): Pick<Ring, 'count' | 'sweep' | 'swept'> & { readonly added: (count: number) => void } {
  const oldest = db.prepare<[number, number], End>(
    'SELECT max(heard) AS heard FROM (SELECT heard FROM event WHERE heard < ? ORDER BY heard LIMIT ?)',
  );
  const forget = db.prepare<[number]>('DELETE FROM event WHERE heard <= ?');
  const note = db.prepare<[number]>(
    'INSERT INTO swept VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET heard = excluded.heard',
  );
  let count = db.prepare<[], { count: number }>('SELECT count(*) AS count FROM event').get()?.count ?? 0;
  let swept = db.prepare<[], { heard: number }>('SELECT heard FROM swept').get()?.heard ?? 0;
  return {
    added: (more) => {
      count += more;
    },
    count: () => count,
    swept: () => swept,
    sweep: ({ before, most }) => {
      const excess = count - most;
      const bound = stepOf(before);
      const end =
        excess > 0
          ? oldest.get(Number.MAX_SAFE_INTEGER, Math.min(excess, SWEEP))?.heard
          : oldest.get(bound, SWEEP)?.heard;
      const gone = typeof end === 'number' ? forget.run(end).changes : 0;
      const reached = Math.max(swept, bound, excess > 0 ? (end ?? 0) : 0);
      if (reached !== swept) note.run(reached);
      return () => {
        count -= gone;
        swept = reached;
      };
    },
  };
}
