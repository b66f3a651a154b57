import type { Database } from '../sqlite.js';

/** A notice of a frame whose report or receipts are still missing; `pairs` are the recipients without a receipt. */
export interface Unsettled {
  readonly own: number;
  readonly id: string;
  readonly number: number;
  readonly reported: boolean;
  readonly pairs: readonly { readonly org: string; readonly status: string | null }[];
}

/**
 * What is missing of a notice or another item: its report, or the receipts of the recipients in `pairs`. `since` is
 * when the hub reported that it hands an item to the recipient, in milliseconds; absent for a notice.
 */
export interface MissingAnswers extends Pick<Unsettled, 'reported'> {
  readonly pairs: readonly (Unsettled['pairs'][number] & { readonly since?: number })[];
}

/** An item of a frame whose report or receipts are still missing. */
export type UnsettledItem = MissingAnswers & { readonly item: number };

/** The reading of what is not settled of a frame. */
export interface UnsettledReading {
  /** The notices of a frame that are not settled. */
  unsettled(number: number): readonly Unsettled[];
  /** The other items of a frame that are not settled. */
  unsettledItems(number: number): readonly UnsettledItem[];
}

/** Creates the reading of what is not settled of a frame. */
export function createUnsettled(db: Database): UnsettledReading {
  return { unsettled: noticesIn(db), unsettledItems: itemsIn(db) };
}

function noticesIn(db: Database): UnsettledReading['unsettled'] {
  const open = db.prepare<[number], { own: number; id: string; number: number; state: string }>(
    "SELECT seq AS own, id, number, state FROM own INDEXED BY own_open_frame WHERE frame = ? AND state IN ('queued', 'routed') ORDER BY seq",
  );
  const pairs = db.prepare<[number], { readonly org: string; readonly status: string | null }>(
    'SELECT org, status FROM waiting WHERE own = ? ORDER BY org',
  );
  return (frame) =>
    open.all(frame).map(({ own, id, number, state }) => ({
      own,
      id,
      number,
      reported: state === 'routed',
      pairs: pairs.all(own),
    }));
}

function itemsIn(db: Database): UnsettledReading['unsettledItems'] {
  const open = db.prepare<[number], { readonly item: number; readonly state: string }>(
    "SELECT seq AS item, state FROM own_item INDEXED BY own_item_open_frame WHERE frame = ? AND state IN ('queued', 'routed') ORDER BY seq",
  );
  const pairs = db.prepare<
    [number],
    { readonly org: string; readonly status: string | null; readonly since: number }
  >('SELECT org, status, since FROM item_waiting WHERE item = ? ORDER BY org');
  return (number) =>
    open
      .all(number)
      .map(({ item, state }) => ({ item, reported: state === 'routed', pairs: pairs.all(item) }));
}
