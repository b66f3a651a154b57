import { fail } from '../../kernel/errors.js';
import type { GatewayFacts } from './gateway-facts.js';
import type { Database } from '../sqlite.js';

/** A submission that was made: its id, statement and the notices it carries, in order. */
export interface MadeFrame {
  readonly number: number;
  readonly id: string;
  readonly statement: string;
  readonly notices: readonly string[];
  /** What the hub last reported on it. */
  readonly report: Uint8Array | null;
}

/** A submission that is not kept yet. */
export interface SignedSubmission extends Omit<MadeFrame, 'report'> {
  readonly statementDigest: string;
}

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

/** A notice of a frame for which something is still to come. */
export interface Unsettled {
  readonly own: number;
  readonly id: string;
  readonly revision: number;
  readonly reported: boolean;
  readonly pairs: readonly { readonly org: string; readonly status: string | null }[];
}

export interface Frames {
  /** The oldest notices that are in no frame. */
  unframed(limit: number): readonly Unframed[];
  /** Within a transaction. Throws `notice-ended` when one of its notices does not wait any more. */
  make(frame: NewFrame): void;
  /** Within a transaction. Makes it unless anything else waits to be sent, or its number was taken meanwhile. */
  makeNext(frame: NewFrame): void;
  /** The oldest frame that no broker has confirmed. */
  unsent(): MadeFrame | undefined;
  sent(number: number, due: number): void;
  /** Frames to ask about: their time has come, or lies so far ahead that the clock was set back since. */
  due(now: number, limit: number): readonly { readonly number: number; readonly tries: number }[];
  postpone(number: number, due: number): void;
  /** Later, and it does not count. */
  rest(number: number, due: number): void;
  /** What was sent lately begins its turns anew; what waits longest waits for somebody who is away, and goes on so. */
  restart(due: number): void;
  read(number: number): MadeFrame | undefined;
  unsettled(number: number): readonly Unsettled[];
  /** Its number and notices: `own.seq`, jti parts and digest. */
  byId(id: string): { readonly number: number; readonly notices: readonly FramedNotice[] } | undefined;
}

export interface FramedNotice {
  readonly seq: number;
  readonly id: string;
  readonly revision: number;
  readonly digest: string;
}

type FrameRow = Omit<MadeFrame, 'notices'>;

export function createFrames(db: Database, facts: GatewayFacts): Frames {
  return { ...making(db, facts), ...reading(db), ...resending(db), unsettled: unsettledOf(db) };
}

function making(db: Database, facts: GatewayFacts): Pick<Frames, 'unframed' | 'make' | 'makeNext'> {
  const free = db.prepare<[number], Unframed>(
    "SELECT seq, sd_jwt AS sdJwt, addressed AS listed FROM own WHERE state = 'queued' AND frame IS NULL ORDER BY seq LIMIT ?",
  );
  const add = db.prepare<[number, string, string]>(
    "INSERT INTO frame (number, id, statement, state) VALUES (?, ?, ?, 'made')",
  );
  const put = db.prepare<[number, number]>(
    "UPDATE own SET frame = ? WHERE seq = ? AND state = 'queued' AND frame IS NULL",
  );
  const others = db.prepare<[number], { readonly n: number }>(
    `SELECT EXISTS (SELECT 1 FROM frame WHERE state = 'made')
         OR EXISTS (SELECT 1 FROM own WHERE state = 'queued' AND frame IS NULL LIMIT 1 OFFSET ?) AS n`,
  );
  const make: Frames['make'] = ({ number, id, statement, statementDigest, owns }) => {
    for (const seq of owns) {
      // It ended while the statement was signed: its text may be erased, and a frame without it has no bytes to send.
      if (put.run(number, seq).changes === 0) throw fail('notice-ended', 'a notice ended before it was sent');
    }
    // Only now: of a notice that ended the number may be another frame's by then.
    add.run(number, id, statement);
    facts.set('frame', number);
    facts.set('statement', statementDigest);
  };
  return {
    unframed: (limit) => free.all(limit),
    make,
    makeNext: (frame) => {
      const isNext = frame.number === facts.number('frame') + 1;
      if (isNext && others.get(frame.owns.length)?.n === 0) make(frame);
    },
  };
}

function reading(db: Database): Pick<Frames, 'unsent' | 'read' | 'byId'> {
  const first = db.prepare<[], FrameRow>(
    "SELECT number, id, statement, report FROM frame WHERE state = 'made' ORDER BY number LIMIT 1",
  );
  const byNumber = db.prepare<[number], FrameRow>(
    'SELECT number, id, statement, report FROM frame WHERE number = ?',
  );
  const texts = db.prepare<[number], { readonly sdJwt: string }>(
    'SELECT sd_jwt AS sdJwt FROM own WHERE frame = ? ORDER BY seq',
  );
  const numberOf = db.prepare<[string], { readonly number: number }>('SELECT number FROM frame WHERE id = ?');
  const notices = db.prepare<[number], FramedNotice>(
    'SELECT seq, id, revision, digest FROM own WHERE frame = ? ORDER BY seq',
  );
  const full = (row: FrameRow | undefined): MadeFrame | undefined =>
    row && { ...row, notices: texts.all(row.number).map(({ sdJwt }) => sdJwt) };
  return {
    unsent: () => full(first.get()),
    read: (number) => full(byNumber.get(number)),
    byId: (id) => {
      const row = numberOf.get(id);
      return row && { number: row.number, notices: notices.all(row.number) };
    },
  };
}

/** Nothing is put off for longer. */
const FURTHEST_MS = 600_000;
/** After so many turns the next comes in minutes. */
const OFTEN = 6;

function resending(db: Database): Pick<Frames, 'sent' | 'due' | 'postpone' | 'rest' | 'restart'> {
  const sent = db.prepare<[number, number]>(
    "UPDATE frame SET state = 'sent', due = ? WHERE number = ? AND state = 'made'",
  );
  const due = db.prepare<[number, number, number], { readonly number: number; readonly tries: number }>(
    "SELECT number, tries FROM frame WHERE state = 'sent' AND (due <= ?1 OR due > ?1 + ?2) ORDER BY due LIMIT ?3",
  );
  const postpone = db.prepare<[number, number]>(
    'UPDATE frame SET due = ?, tries = tries + 1 WHERE number = ?',
  );
  const rest = db.prepare<[number, number]>('UPDATE frame SET due = ? WHERE number = ?');
  const restart = db.prepare<[number, number]>(
    "UPDATE frame SET tries = 0, due = ? WHERE state = 'sent' AND tries BETWEEN 1 AND ?",
  );
  return {
    sent: (number, at) => void sent.run(at, number),
    due: (now, limit) => due.all(now, FURTHEST_MS, limit),
    postpone: (number, at) => void postpone.run(at, number),
    rest: (number, at) => void rest.run(at, number),
    restart: (at) => void restart.run(at, OFTEN),
  };
}

function unsettledOf(db: Database): Frames['unsettled'] {
  const open = db.prepare<[number], { own: number; id: string; revision: number; state: string }>(
    "SELECT seq AS own, id, revision, state FROM own WHERE frame = ? AND state IN ('queued', 'routed') ORDER BY seq",
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
