import { fail } from '../../kernel/errors.js';
import type { GatewayFacts } from './gateway-facts.js';
import type { Database } from '../sqlite.js';

/** A stored submission: its id, its statement and the texts of its notices, in order. */
export interface MadeFrame {
  readonly number: number;
  readonly id: string;
  readonly statement: string;
  readonly notices: readonly string[];
  /** The record of its newest routing report. */
  readonly report: Uint8Array | null;
  /** The records of its narrowings, shortest first. */
  readonly narrowings: readonly Uint8Array[];
}

/** A signed submission that is not stored yet. */
export interface SignedSubmission extends Omit<MadeFrame, 'report' | 'narrowings'> {
  readonly statementDigest: string;
}

/** A signed submission to be stored. */
export interface NewFrame extends Omit<SignedSubmission, 'notices'> {
  /** `own.seq` of its notices, in order. */
  readonly owns: readonly number[];
}

/** A notice that waits for a frame; `listed` as in `NewOwn`. */
export interface Unframed {
  readonly seq: number;
  readonly sdJwt: string;
  readonly listed: number | null;
}

/** A notice of a frame whose report or receipts are still missing; `pairs` are the recipients without a receipt. */
export interface Unsettled {
  readonly own: number;
  readonly id: string;
  readonly revision: number;
  readonly reported: boolean;
  readonly pairs: readonly { readonly org: string; readonly status: string | null }[];
}

/** The frames of a gateway: stored, sent and resent until they are settled. Times are milliseconds since the epoch. */
export interface Frames {
  /**
   * The oldest notices for the next frame: new ones, or else notices whose frame cannot be sent again. Of the latter only
   * those that end at the same time, so that none is erased before the others and no notice changes its frame twice.
   */
  unframed(limit: number): readonly Unframed[];
  /** Stores a frame; within a transaction. Throws `notice-ended` when one of its notices has ended meanwhile. */
  make(frame: NewFrame): void;
  /** Stores a frame unless other notices wait to be sent or its number is taken; within a transaction. */
  makeNext(frame: NewFrame): void;
  /** The oldest frame that the broker has not confirmed. */
  unsent(): MadeFrame | undefined;
  /** Marks a frame as confirmed by the broker; `due` is when to ask for its report. */
  sent(number: number, due: number): void;
  /**
   * Frames to ask about: those that are due, and those due so far in the future that the clock must have been
   * set back.
   */
  due(now: number, limit: number): readonly { readonly number: number; readonly tries: number }[];
  /** Sets when to ask next and counts a try. */
  postpone(number: number, due: number): void;
  /** Marks a frame as waiting for late recipients, so that it is no longer due by itself. */
  wait(number: number): void;
  /** The frames after this number that wait for late recipients, in order. */
  waiting(after: number, limit: number): readonly { readonly number: number; readonly id: string }[];
  /** When the oldest notice that waits for this recipient's receipt was submitted. */
  waitsSince(org: string): number | undefined;
  /** Sets when to ask next without counting a try. */
  rest(number: number, due: number): void;
  /**
   * Resets the count of tries of frames with at most six. Frames with more keep theirs, and so their long
   * interval: they wait for an absent recipient.
   */
  restart(due: number): void;
  /** Returns a frame that is not settled; the texts of a settled one may be erased. */
  read(number: number): MadeFrame | undefined;
  /** The notices of a frame that are not settled. */
  unsettled(number: number): readonly Unsettled[];
  /** The number of the frame with this id, and its notices, including those that have since moved to a later frame. */
  byId(id: string): { readonly number: number; readonly notices: readonly FramedNotice[] } | undefined;
}

/** A notice of a frame; `seq` is `own.seq`, `digest` its SD-JWT digest. */
export interface FramedNotice {
  readonly seq: number;
  readonly id: string;
  readonly revision: number;
  readonly digest: string;
}

type FrameRow = Omit<MadeFrame, 'notices' | 'narrowings'>;

/** Creates the frames on the tables `frame`, `own` and `waiting`. */
export function createFrames(db: Database, facts: GatewayFacts): Frames {
  return {
    ...making(db, facts),
    ...reading(db),
    ...resending(db),
    ...waitingFor(db),
    unsettled: unsettledOf(db),
  };
}

function making(db: Database, facts: GatewayFacts): Pick<Frames, 'unframed' | 'make' | 'makeNext'> {
  const add = db.prepare<[number, string, string]>(
    "INSERT INTO frame (number, id, statement, state) VALUES (?, ?, ?, 'made')",
  );
  const put = db.prepare<[number, number]>(
    "UPDATE own SET frame = ? WHERE seq = ? AND state IN ('queued', 'routed') AND frame IS NULL",
  );
  const others = db.prepare<[number], { readonly n: number }>(
    `SELECT EXISTS (SELECT 1 FROM frame WHERE state = 'made')
         OR EXISTS (SELECT 1 FROM own INDEXED BY own_unframed
           WHERE frame IS NULL AND state IN ('queued', 'routed') LIMIT 1 OFFSET ?) AS n`,
  );
  const make: Frames['make'] = ({ number, id, statement, statementDigest, owns }) => {
    for (const seq of owns) {
      // A notice that ended while the statement was signed has no text any more, so the frame could not be sent.
      if (put.run(number, seq).changes === 0)
        throw fail('notice-ended', 'a notice ended or was settled before it was sent');
    }
    // Inserted last: when a notice has ended, this number may already belong to another frame.
    add.run(number, id, statement);
    facts.set('frame', number);
    facts.set('statement', statementDigest);
  };
  return {
    unframed: unframedIn(db),
    make,
    makeNext: (frame) => {
      const isNext = frame.number === facts.number('frame') + 1;
      if (isNext && others.get(frame.owns.length)?.n === 0) make(frame);
    },
  };
}

function unframedIn(db: Database): Frames['unframed'] {
  const [fresh, again] = (['NOT EXISTS', 'EXISTS'] as const).map((isReframed) =>
    db.prepare<[number], Unframed & { readonly exp: number }>(
      `SELECT seq, sd_jwt AS sdJwt, addressed AS listed, exp FROM own INDEXED BY own_unframed
       WHERE frame IS NULL AND state IN ('queued', 'routed')
       AND ${isReframed} (SELECT 1 FROM reframed WHERE reframed.own = own.seq) ORDER BY seq LIMIT ?`,
    ),
  );
  return (limit) => {
    const found = fresh?.all(limit) ?? [];
    if (found.length > 0) return found;
    const reframed = again?.all(limit) ?? [];
    return reframed.filter(({ exp }) => exp === reframed[0]?.exp);
  };
}

function reading(db: Database): Pick<Frames, 'unsent' | 'read' | 'byId'> {
  const first = db.prepare<[], FrameRow>(
    "SELECT number, id, statement, report FROM frame WHERE state = 'made' ORDER BY number LIMIT 1",
  );
  const byNumber = db.prepare<[number], FrameRow>(
    "SELECT number, id, statement, report FROM frame WHERE number = ? AND state <> 'settled'",
  );
  const texts = db.prepare<[number], { readonly sdJwt: string }>(
    'SELECT sd_jwt AS sdJwt FROM own WHERE frame = ? ORDER BY seq',
  );
  const narrowings = db.prepare<[number], { readonly record: Uint8Array }>(
    'SELECT record FROM narrowing WHERE frame = ? ORDER BY length(record)',
  );
  const numberOf = db.prepare<[string], { readonly number: number }>('SELECT number FROM frame WHERE id = ?');
  const notices = db.prepare<[number], FramedNotice>(
    `SELECT seq, id, revision, digest FROM own WHERE frame = ?1
     UNION ALL SELECT seq, id, revision, digest FROM reframed JOIN own ON own.seq = reframed.own WHERE reframed.frame = ?1`,
  );
  const full = (row: FrameRow | undefined): MadeFrame | undefined =>
    row && {
      ...row,
      notices: texts.all(row.number).map(({ sdJwt }) => sdJwt),
      narrowings: narrowings.all(row.number).map(({ record }) => record),
    };
  return {
    unsent: () => full(first.get()),
    read: (number) => full(byNumber.get(number)),
    byId: (id) => {
      const row = numberOf.get(id);
      return row && { number: row.number, notices: notices.all(row.number) };
    },
  };
}

/** The longest time between two questions about a frame. */
const MAX_DELAY_MS = 600_000;
/** The number of tries after which questions are minutes apart. */
const FREQUENT_TRIES = 6;

function resending(db: Database): Pick<Frames, 'sent' | 'due' | 'postpone' | 'rest' | 'restart'> {
  const sent = db.prepare<[number, number]>(
    "UPDATE frame SET state = 'sent', due = ? WHERE number = ? AND state = 'made'",
  );
  const due = db.prepare<[number, number, number], { readonly number: number; readonly tries: number }>(
    "SELECT number, tries FROM frame WHERE state = 'sent' AND waits = 0 AND (due <= ?1 OR due > ?1 + ?2) ORDER BY due LIMIT ?3",
  );
  const postpone = db.prepare<[number, number]>(
    'UPDATE frame SET due = ?, tries = tries + 1 WHERE number = ?',
  );
  const rest = db.prepare<[number, number]>('UPDATE frame SET due = ? WHERE number = ?');
  const restart = db.prepare<[number, number]>(
    "UPDATE frame SET tries = 0, due = ? WHERE state = 'sent' AND waits = 0 AND tries BETWEEN 1 AND ?",
  );
  return {
    sent: (number, at) => void sent.run(at, number),
    due: (now, limit) => due.all(now, MAX_DELAY_MS, limit),
    postpone: (number, at) => void postpone.run(at, number),
    rest: (number, at) => void rest.run(at, number),
    restart: (at) => void restart.run(at, FREQUENT_TRIES),
  };
}

function waitingFor(db: Database): Pick<Frames, 'wait' | 'waiting' | 'waitsSince'> {
  const wait = db.prepare<[number]>('UPDATE frame SET waits = 1 WHERE number = ?');
  const waiting = db.prepare<[number, number], { readonly number: number; readonly id: string }>(
    "SELECT number, id FROM frame WHERE state = 'sent' AND waits = 1 AND number > ? ORDER BY number LIMIT ?",
  );
  const oldest = db.prepare<[string], { readonly at: number }>(
    'SELECT at FROM waiting JOIN own ON own.seq = waiting.own WHERE waiting.org = ? ORDER BY waiting.own LIMIT 1',
  );
  return {
    wait: (number) => void wait.run(number),
    waiting: (after, limit) => waiting.all(after, limit),
    waitsSince: (org) => oldest.get(org)?.at,
  };
}

function unsettledOf(db: Database): Frames['unsettled'] {
  const open = db.prepare<[number], { own: number; id: string; revision: number; state: string }>(
    "SELECT seq AS own, id, revision, state FROM own INDEXED BY own_open_frame WHERE frame = ? AND state IN ('queued', 'routed') ORDER BY seq",
  );
  const pairs = db.prepare<[number], { readonly org: string; readonly status: string | null }>(
    'SELECT org, status FROM waiting WHERE own = ? ORDER BY org',
  );
  return (number) =>
    open.all(number).map(({ own, id, revision, state }) => ({
      own,
      id,
      revision,
      reported: state === 'routed',
      pairs: pairs.all(own),
    }));
}
