import type { Database } from '../sqlite.js';

/** A stored status event; `facts` is the JSON of its other fields. */
export interface RingEvent {
  /** When the console received it, in microseconds since the epoch; unique and ascending, the id of the event. */
  readonly heard: number;
  readonly event: string;
  readonly originator: string;
  readonly recipient: string;
  readonly kind: string;
  readonly outcome: string;
  /** For a gap: how many events of a source were missed; null for an event. */
  readonly missed: number | null;
  readonly facts: string;
}

/** The filters of a query: a field must equal one of the words in its list; an absent list matches anything. */
export interface RingFilter {
  readonly event?: readonly string[];
  readonly originator?: readonly string[];
  readonly recipient?: readonly string[];
  readonly kind?: readonly string[];
  readonly outcome?: readonly string[];
}

/**
 * What an organisation may see: every event of its own notices, and the events named in `told` for notices
 * sent to it.
 */
export interface RingScope {
  readonly org: string;
  readonly told: readonly string[];
}

/** A query for the events after a position; an undefined scope sees everything. */
export interface RingQuestion {
  /** Exclusive. */
  readonly after: number;
  readonly filter: RingFilter;
  readonly scope: RingScope | undefined;
}

/** A query for the events before a position. */
export interface RingQuestionBack extends Omit<RingQuestion, 'after'> {
  /** Exclusive. */
  readonly before: number;
}

/** The matching events of one step through the ring, and the last position that it read. */
export interface RingStep {
  readonly events: readonly RingEvent[];
  readonly upTo: number;
}

/** Updates the counters in memory; to be called after the transaction, so that a rollback leaves them unchanged. */
export type Settle = () => void;

/** The last status events. Gaps match every query, because events that were missed concern every viewer. */
export interface Ring {
  /** Adds events within a transaction. */
  add(events: readonly RingEvent[]): Settle;
  /** Reads the next 1,000 events only, so that no query blocks for long; undefined at the end. */
  next(question: RingQuestion): RingStep | undefined;
  /** Reads the 1,000 events before a position, newest first; undefined at the beginning. */
  back(question: RingQuestionBack): RingStep | undefined;
  /** The events of every revision of a notice, in order; at most the newest 5,000. */
  about(notice: string, scope: RingScope | undefined): readonly RingEvent[];
  /** The position of the newest event; 0 when there is none. */
  last(): number;
  /** The position of the oldest stored event; undefined when there is none. */
  first(): number | undefined;
  /** The number of stored events. */
  count(): number;
  /**
   * The position up to which events were deleted. After a deletion by age it is a multiple of ten seconds,
   * whatever was stored; after a deletion because there were more than `most` events, it is the position of
   * the last deleted one.
   */
  swept(): number;
  /** Deletes a bounded number of events: those before the step of `before` and, above `most` events, the oldest. */
  sweep(bounds: { readonly before: number; readonly most: number }): Settle;
}

const SCAN = 1_000;
const SWEEP = 5_000;
const MAX_ABOUT = 5_000;
/** Ten seconds in microseconds: the finest step of the console's counts. */
const STEP = 10_000_000;

/** Returns the beginning of the step that a position is in, which does not reveal when an event was received. */
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

/** A jti is `<id>.<number>`; `/` is the character after `.`, so the range holds all revisions of a notice. */
const ABOUT = `SELECT * FROM (
    SELECT heard, event, originator, recipient, kind, outcome, missed, facts FROM event
    WHERE json_extract(facts, '$.jti') > ?1 || '.' AND json_extract(facts, '$.jti') < ?1 || '/'
    AND (?2 IS NULL OR originator = ?2 OR (recipient = ?2 AND event IN (SELECT value FROM json_each(?3))))
    ORDER BY heard DESC LIMIT ?4
  ) ORDER BY heard`;

type Words = string | null;
type WantedParams = [number, number, Words, string, Words, Words, Words, Words, Words];

/** Creates the ring on the tables `event` and `swept`. */
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
    back: createBack(db, (...params) => wanted.all(...params)),
    about: (notice, scope) =>
      about.all(notice, scope?.org ?? null, JSON.stringify(scope?.told ?? []), MAX_ABOUT),
    last: () => last,
    first: () => first.get()?.heard ?? undefined,
    count,
    swept,
    sweep,
  };
}

function createBack(db: Database, wanted: (...params: WantedParams) => readonly RingEvent[]): Ring['back'] {
  const reach = db.prepare<[number, number], End>(
    'SELECT min(heard) AS heard FROM (SELECT heard FROM event WHERE heard < ? ORDER BY heard DESC LIMIT ?)',
  );
  return ({ before, ...question }) => {
    const upTo = reach.get(before, SCAN)?.heard;
    if (typeof upTo !== 'number') return undefined;
    const events = wanted(...wantedBy({ ...question, after: upTo - 1 }, before - 1));
    return { events: events.toReversed(), upTo };
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
