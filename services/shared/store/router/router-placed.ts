import type { Database } from '../sqlite.js';

/** A delivery in the IN of its recipient, by its sequence there. */
interface StoredDelivery {
  readonly originator: string;
  readonly frame: string;
  readonly placed: number;
}

/** The places of deliveries in the streams of their recipients. Writes belong into a transaction. */
export interface RouterPlaced {
  /** A recipient's deliveries that this router stored in IN after a sequence, the newest first. */
  placedAfter(
    recipient: string,
    page: { readonly after: number; readonly limit: number },
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
  const placedAfter = db.prepare<[string, number, number], StoredDelivery>(
    `SELECT originator, frame, placed FROM delivery WHERE recipient = ? AND placed > ? AND status = 'delivered'
     ORDER BY placed DESC LIMIT ?`,
  );
  const takeBack = db.prepare<[string, string, string, number]>(
    `UPDATE delivery SET status = 'recorded', placed = 0
     WHERE originator = ? AND frame = ? AND recipient = ? AND placed = ?`,
  );
  const reset = db.prepare<[string, string]>(
    "UPDATE delivery SET status = 'recorded', placed = 0 WHERE recipient = ? AND status = ?",
  );
  return {
    placedAfter: (recipient, { after, limit }) => placedAfter.all(recipient, after, limit),
    takeBack: ({ originator, frame, recipient, placed }) =>
      void takeBack.run(originator, frame, recipient, placed),
    resetToRecorded: () =>
      db.exec(
        "UPDATE delivery SET status = 'recorded', placed = 0 WHERE status IN ('parked', 'delivered', 'deferred')",
      ),
    resetFor: (recipient, status) => void reset.run(recipient, status),
  };
}
