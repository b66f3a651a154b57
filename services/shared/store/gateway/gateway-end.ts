import type { Database } from '../sqlite.js';

/** How an own notice ended. */
export interface OwnEnd {
  readonly ending: 'withdrawn' | 'cancelled' | 'expired';
  readonly reason: string | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The number of notices and items that need a new frame, because theirs cannot be sent again. */
export interface ErasedOwn {
  readonly reframed: number;
}

/** A revision of an own notice whose content is to be erased. */
export interface ErasableOwn {
  readonly seq: number;
  readonly id: string;
  readonly frame: number | null;
}

/** Ends own notices. Methods that write belong into a transaction. */
export interface OwnEnds {
  /**
   * Ends a notice at once: erases the content of each revision and what unseals disclosed, and releases the
   * other unsettled content of their frames for new frames. A second end of a notice changes nothing.
   */
  end(id: string, end: OwnEnd): ErasedOwn;
  /** Erases the content of these revisions, which are past their life. */
  erase(rows: readonly ErasableOwn[]): ErasedOwn;
  endOf(id: string): OwnEnd | undefined;
  /** True when a revision of the notice was in a frame or is lost, so that the hub may know of it. */
  wasFramed(id: string): boolean;
}

interface OwnEndsDeps {
  readonly closeFrame: (frame: number) => void;
  readonly forgetOwnText: (seq: number) => void;
}

/** Creates the ends on the tables of own notices and items. */
export function createOwnEnds(db: Database, deps: OwnEndsDeps): OwnEnds {
  const kept = db.prepare<[string], ErasableOwn>(
    "SELECT seq, id, frame FROM own WHERE id = ? AND (sd_jwt IS NOT NULL OR state = 'lost')",
  );
  const add = db.prepare<[string, string, string | null, number]>(
    'INSERT OR IGNORE INTO own_end (id, ending, reason, at) VALUES (?, ?, ?, ?)',
  );
  const endOf = db.prepare<[string], OwnEnd>('SELECT ending, reason, at FROM own_end WHERE id = ?');
  const framed = db.prepare<[string], { readonly n: number }>(
    `SELECT EXISTS (SELECT 1 FROM own WHERE id = ?1 AND (frame IS NOT NULL OR lost_open = 1
       OR state NOT IN ('awaiting-approval', 'queued', 'ended') AND NOT (state = 'refused' AND code IS 'superseded')
       OR EXISTS (SELECT 1 FROM reframed WHERE reframed.own = own.seq))) AS n`,
  );
  const erase = erasing(db, deps);
  return {
    end: (id, { ending, reason, at }) => {
      add.run(id, ending, reason, at);
      return erase(kept.all(id));
    },
    erase,
    endOf: (id) => endOf.get(id),
    wasFramed: (id) => framed.get(id)?.n === 1,
  };
}

/**
 * Creates the erasure. A frame cannot be sent again without the erased content, so its other unsettled
 * notices and items are released for a new frame.
 */
function erasing(db: Database, { closeFrame, forgetOwnText }: OwnEndsDeps): OwnEnds['erase'] {
  const erase = db.prepare<[number]>(
    `UPDATE own SET state = iif(state IN ('refused', 'lost'), state, 'ended'), header = NULL, sd_jwt = NULL, warn_at = NULL,
       lost_open = NULL WHERE seq = ?`,
  );
  const unwait = db.prepare<[number]>('DELETE FROM waiting WHERE own = ?');
  const drop = createDropItems(db);
  const owed = db.prepare<[string]>('DELETE FROM owed_restrict WHERE id = ?');
  const reframe = createReframe(db);
  return (rows) => {
    const frames = new Set<number | null>();
    for (const { seq, id, frame } of rows) {
      erase.run(seq);
      unwait.run(seq);
      forgetOwnText(seq);
      owed.run(id);
      frames.add(frame);
    }
    for (const id of new Set(rows.map((row) => row.id))) for (const frame of drop(id)) frames.add(frame);
    let reframed = 0;
    for (const number of frames) {
      if (number === null) continue;
      reframed += reframe(number);
      closeFrame(number);
    }
    return { reframed };
  };
}

/**
 * Creates the function that ends the open items of an ended notice and erases what unseals disclosed; it
 * returns the frames of these items. A withdrawal and a review of break-glass stay open, because every holder owes an answer.
 */
function createDropItems(db: Database): (id: string) => readonly (number | null)[] {
  const open = db.prepare<[string], { readonly seq: number; readonly frame: number | null }>(
    `SELECT seq, frame FROM own_item WHERE id = ? AND originator = '' AND verb NOT IN ('withdraw', 'review')
     AND (bytes IS NOT NULL OR state IN ('held', 'queued', 'routed'))`,
  );
  const drop = db.prepare<[number]>(
    `UPDATE own_item SET bytes = NULL, state = iif(state IN ('held', 'queued', 'routed'), 'ended', state)
     WHERE seq = ?`,
  );
  const unwait = db.prepare<[number]>('DELETE FROM item_waiting WHERE item = ?');
  return (id) => {
    const rows = open.all(id);
    for (const { seq } of rows) {
      drop.run(seq);
      unwait.run(seq);
    }
    return rows.map(({ frame }) => frame);
  };
}

/** Removes the unsettled notices and items from a frame, so that they join a new one; returns how many. */
export function createReframe(db: Database): (frame: number) => number {
  // Receipts for the earlier frame may still arrive.
  const remember = [
    `INSERT OR IGNORE INTO reframed (frame, own) SELECT frame, seq FROM own INDEXED BY own_open_frame
     WHERE frame = ? AND state IN ('queued', 'routed')`,
    `INSERT OR IGNORE INTO item_reframed (frame, item) SELECT frame, seq FROM own_item INDEXED BY own_item_open_frame
     WHERE frame = ? AND state IN ('queued', 'routed')`,
  ].map((sql) => db.prepare<[number]>(sql));
  const free = [
    `UPDATE own INDEXED BY own_open_frame SET frame = NULL WHERE frame = ? AND state IN ('queued', 'routed')`,
    `UPDATE own_item INDEXED BY own_item_open_frame SET frame = NULL
     WHERE frame = ? AND state IN ('queued', 'routed')`,
  ].map((sql) => db.prepare<[number]>(sql));
  return (frame) => {
    for (const statement of remember) statement.run(frame);
    return free.reduce((sum, statement) => sum + statement.run(frame).changes, 0);
  };
}
