import { fail } from '../../kernel/errors.js';
import type { Database } from '../sqlite.js';
import type { GatewayFacts } from './gateway-facts.js';

/** A stored submission: its id, its statement, the texts of its notices in order, and after them its other items. */
export interface MadeFrame {
  readonly number: number;
  readonly id: string;
  readonly statement: string;
  readonly notices: readonly string[];
  /** Encoded, as `NewItem` has them. */
  readonly items: readonly Uint8Array[];
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
export interface NewFrame extends Omit<SignedSubmission, 'notices' | 'items'> {
  /** `own.seq` of its notices, in order. */
  readonly owns: readonly number[];
  /** `own_item.seq` of its other items, in order. */
  readonly ownItems?: readonly number[];
}

/** A notice that waits for a frame; `listed` as in `NewOwn`. */
export interface Unframed {
  readonly seq: number;
  readonly sdJwt: string;
  readonly listed: number | null;
  /** 1 when it was ever suspended: the hub may hand its suspension over with it. */
  readonly isSuspended: 0 | 1;
}

/** An item besides notices that waits for a frame; `pairs` is how many organisations it can be handed to. */
export interface UnframedItem {
  readonly seq: number;
  readonly bytes: Uint8Array;
  readonly pairs: number;
  /** `release` for a policy release, which goes in a frame of its own. */
  readonly verb: string;
}

/** The making of frames. */
export interface FrameMaking {
  /**
   * The oldest notices for the next frame: new ones, or else notices whose frame cannot be sent again. Of the latter only
   * those that end at the same time, so that none is erased before the others and no notice changes its frame twice.
   */
  unframed(limit: number): readonly Unframed[];
  /**
   * The oldest items besides notices for the next frame: ends, bars and extensions, which go in frames of their own, or
   * the others. An item is taken once its notice was in a frame, or is lost: then it was in one before the restore.
   */
  unframedItems(which: 'first' | 'others', limit: number): readonly UnframedItem[];
  /** Stores a frame; within a transaction. Throws `notice-ended` when one of its items has ended meanwhile. */
  make(frame: NewFrame): void;
  /** Stores a frame unless other notices wait to be sent or its number is taken; within a transaction. */
  makeNext(frame: NewFrame): void;
}

/** Creates the making of frames on the tables `frame`, `own` and `own_item`. */
export function createFrameMaking(db: Database, facts: GatewayFacts): FrameMaking {
  const add = db.prepare<[number, string, string]>(
    "INSERT INTO frame (number, id, statement, state) VALUES (?, ?, ?, 'made')",
  );
  const put = db.prepare<[number, number]>(
    "UPDATE own SET frame = ? WHERE seq = ? AND state IN ('queued', 'routed') AND frame IS NULL",
  );
  const putItem = db.prepare<[number, number]>(
    "UPDATE own_item SET frame = ? WHERE seq = ? AND state IN ('queued', 'routed') AND frame IS NULL",
  );
  const others = db.prepare<[number], { readonly n: number }>(
    `SELECT EXISTS (SELECT 1 FROM frame WHERE state = 'made')
         OR EXISTS (SELECT 1 FROM own_item INDEXED BY own_item_unframed
           WHERE frame IS NULL AND state IN ('queued', 'routed'))
         OR EXISTS (SELECT 1 FROM own INDEXED BY own_unframed
           WHERE frame IS NULL AND state IN ('queued', 'routed') LIMIT 1 OFFSET ?) AS n`,
  );
  const make: FrameMaking['make'] = ({ number, id, statement, statementDigest, owns, ownItems = [] }) => {
    const placed = [
      ...owns.map((seq) => put.run(number, seq).changes),
      ...ownItems.map((seq) => putItem.run(number, seq).changes),
    ];
    // A notice that ended while the statement was signed has no text any more, so the frame could not be
    // sent.
    if (placed.includes(0)) throw fail('notice-ended', 'a notice ended or was settled before it was sent');
    // Inserted last: when a notice has ended, this number may already belong to another frame.
    add.run(number, id, statement);
    facts.set('frame', number);
    facts.set('statement', statementDigest);
  };
  return {
    unframed: unframedIn(db),
    unframedItems: unframedItemsIn(db),
    make,
    makeNext: (frame) => {
      const isNext = frame.number === facts.number('frame') + 1;
      if (isNext && others.get(frame.owns.length)?.n === 0) make(frame);
    },
  };
}

function unframedIn(db: Database): FrameMaking['unframed'] {
  const [fresh, again] = (['NOT EXISTS', 'EXISTS'] as const).map((isReframed) =>
    db.prepare<[number], Unframed & { readonly exp: number }>(
      `SELECT seq, sd_jwt AS sdJwt, addressed AS listed, exp, EXISTS (SELECT 1 FROM own_item
         WHERE own_item.id = own.id AND verb = 'suspend' AND originator = '') AS isSuspended
       FROM own INDEXED BY own_unframed
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

function unframedItemsIn(db: Database): FrameMaking['unframedItems'] {
  const waiting = db.prepare<[number, number], UnframedItem>(
    `SELECT seq, bytes, pairs, verb FROM own_item INDEXED BY own_item_unframed
     WHERE frame IS NULL AND state IN ('queued', 'routed') AND first = ? AND bytes IS NOT NULL
     AND (originator <> '' OR EXISTS (SELECT 1 FROM own WHERE own.id = own_item.id
       AND (own.frame IS NOT NULL OR own.state = 'lost' OR EXISTS (SELECT 1 FROM reframed WHERE reframed.own = own.seq))))
     ORDER BY seq LIMIT ?`,
  );
  return (which, limit) => waiting.all(which === 'first' ? 1 : 0, limit);
}
