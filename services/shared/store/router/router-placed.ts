import type { Database } from '../sqlite.js';

/** A delivery in the IN of its recipient, by its sequence there. */
interface StoredDelivery {
  readonly originator: string;
  readonly frame: string;
  readonly placed: number;
}

/** The places of deliveries in the streams of their recipients. Writes belong into a transaction. */
export interface RouterPlaced {
  /** How many deliveries this router stored in the IN of a recipient after a sequence, and the sequence of the newest. */
  unread(recipient: string, after: number): { readonly count: number; readonly newest: number };
  /** A recipient's deliveries that this router stored in IN between two sequences, the newest first. */
  placedBetween(
    recipient: string,
    page: { readonly after: number; readonly before: number; readonly limit: number },
  ): readonly StoredDelivery[];
  /** Resets a delivery to `recorded` that was erased from IN, unless it was stored there anew. */
  takeBack(delivery: StoredDelivery & { readonly recipient: string }): void;
  /** Resets every status to `recorded` after the broker lost its disk: only a receipt proves a delivery then. */
  resetToRecorded(): void;
  /** Resets a recipient's deliveries of this status to `recorded`, after the broker lost the stream that held their copies. */
  resetFor(recipient: string, status: 'delivered' | 'parked'): void;
}

/** Creates the places on the table `delivery`. */
export function createRouterPlaced(db: Database): RouterPlaced {
  const unread = db.prepare<[string, number], { readonly count: number; readonly newest: number }>(
    `SELECT count(*) AS count, coalesce(max(placed), 0) AS newest FROM delivery
     WHERE recipient = ? AND placed > ? AND status = 'delivered'`,
  );
  const placedBetween = db.prepare<[string, number, number, number], StoredDelivery>(
    `SELECT originator, frame, placed FROM delivery
     WHERE recipient = ? AND placed > ? AND placed < ? AND status = 'delivered' ORDER BY placed DESC LIMIT ?`,
  );
  const takeBack = db.prepare<[string, string, string, number]>(
    `UPDATE delivery SET status = 'recorded', placed = 0
     WHERE originator = ? AND frame = ? AND recipient = ? AND placed = ?`,
  );
  const reset = db.prepare<[string, string]>(
    "UPDATE delivery SET status = 'recorded', placed = 0 WHERE recipient = ? AND status = ?",
  );
  return {
    unread: (recipient, after) => unread.get(recipient, after) ?? { count: 0, newest: 0 },
    placedBetween: (recipient, { after, before, limit }) =>
      placedBetween.all(recipient, after, before, limit),
    takeBack: ({ originator, frame, recipient, placed }) =>
      void takeBack.run(originator, frame, recipient, placed),
    resetToRecorded: () =>
      db.exec(
        "UPDATE delivery SET status = 'recorded', placed = 0 WHERE status IN ('parked', 'delivered', 'deferred')",
      ),
    resetFor: (recipient, status) => void reset.run(recipient, status),
  };
}
