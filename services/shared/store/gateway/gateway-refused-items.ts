import type { Database } from '../sqlite.js';
import { createReframe } from './gateway-end.js';

type CloseFrame = (frame: number) => void;

/**
 * Creates the function that releases the unsettled rest of the frame in which an item was refused: the frame cannot be
 * sent again without the item.
 */
export function createLeaveFrame(db: Database, closeFrame: CloseFrame): (seq: number) => void {
  const frameOf = db.prepare<[number], { readonly frame: number | null }>(
    "SELECT frame FROM own_item WHERE seq = ? AND state = 'refused'",
  );
  const reframe = createReframe(db);
  return (seq) => {
    const frame = frameOf.get(seq)?.frame ?? null;
    if (frame === null) return;
    reframe(frame);
    closeFrame(frame);
  };
}

/** Creates the function that ends a refused item. */
export function createGiveUp(db: Database): (seq: number) => void {
  const end = db.prepare<[number]>("UPDATE own_item SET state = 'ended' WHERE seq = ? AND state = 'refused'");
  return (seq) => void end.run(seq);
}

/**
 * Creates the function that queues the actions on a notice again that the hub refused because it did not know the notice
 * yet. Leaves out unseals and declines: they follow a report, and are refused so for what they name.
 */
export function createSendAgain(db: Database, closeFrame: CloseFrame): (id: string) => void {
  const early = db.prepare<[string], { readonly seq: number }>(
    `SELECT seq FROM own_item WHERE id = ? AND originator = '' AND state = 'refused' AND code = 'not-own-notice'
     AND verb NOT IN ('unseal', 'decline') AND bytes IS NOT NULL`,
  );
  const queue = db.prepare<[number]>(
    "UPDATE own_item SET state = 'queued', code = NULL, frame = NULL WHERE seq = ?",
  );
  const leaveFrame = createLeaveFrame(db, closeFrame);
  return (id) => {
    for (const { seq } of early.all(id)) {
      leaveFrame(seq);
      queue.run(seq);
    }
  };
}
