import type { Database } from '../sqlite.js';
import type { GatewayFacts } from './gateway-facts.js';
import { createFrameMaking, type FrameMaking, type MadeFrame } from './gateway-make-frames.js';
import { createUnsettled, type UnsettledReading } from './gateway-unsettled.js';

/** The frames of a gateway: stored, sent and resent until they are settled. Times are milliseconds since the epoch. */
export interface Frames extends FrameMaking, UnsettledReading {
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
  /** The number of the frame with this id, and its items, including those that have since moved to a later frame. */
  byId(id: string): FrameContent | undefined;
}

/** A frame by its number, with the items that it has or had. */
export interface FrameContent {
  readonly number: number;
  readonly notices: readonly FramedNotice[];
  /** The digests of the statements of its other items. */
  readonly items: readonly string[];
}

/** A notice of a frame; `seq` is `own.seq`, `digest` its SD-JWT digest. */
export interface FramedNotice {
  readonly seq: number;
  readonly id: string;
  readonly number: number;
  readonly digest: string;
}

type FrameRow = Omit<MadeFrame, 'notices' | 'items' | 'narrowings'>;

/** Creates the frames on the tables `frame`, `own` and `waiting`. */
export function createFrames(db: Database, facts: GatewayFacts): Frames {
  return {
    ...createFrameMaking(db, facts),
    ...reading(db),
    ...resending(db),
    ...waitingFor(db),
    ...createUnsettled(db),
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
  const items = db.prepare<[number], { readonly bytes: Uint8Array }>(
    'SELECT bytes FROM own_item WHERE frame = ? ORDER BY seq',
  );
  const full = (row: FrameRow | undefined): MadeFrame | undefined =>
    row && {
      ...row,
      notices: texts.all(row.number).map(({ sdJwt }) => sdJwt),
      items: items.all(row.number).map(({ bytes }) => bytes),
      narrowings: narrowings.all(row.number).map(({ record }) => record),
    };
  return {
    unsent: () => full(first.get()),
    read: (number) => full(byNumber.get(number)),
    byId: contentById(db),
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

function contentById(db: Database): Frames['byId'] {
  const numberOf = db.prepare<[string], { readonly number: number }>('SELECT number FROM frame WHERE id = ?');
  const notices = db.prepare<[number], FramedNotice>(
    `SELECT seq, id, own.number, digest FROM own WHERE frame = ?1
     UNION ALL SELECT seq, id, own.number, digest FROM reframed JOIN own ON own.seq = reframed.own WHERE reframed.frame = ?1`,
  );
  const digests = db.prepare<[number], { readonly digest: string }>(
    `SELECT digest FROM own_item WHERE frame = ?1
     UNION ALL SELECT digest FROM item_reframed JOIN own_item ON own_item.seq = item_reframed.item
     WHERE item_reframed.frame = ?1`,
  );
  return (id) => {
    const row = numberOf.get(id);
    if (row === undefined) return undefined;
    const { number } = row;
    return {
      number,
      notices: notices.all(number),
      items: digests.all(number).map(({ digest }) => digest),
    };
  };
}
