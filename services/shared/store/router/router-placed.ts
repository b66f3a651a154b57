import type { Database } from '../sqlite.js';

/** A delivery in the IN of its recipient, by its sequence there. */
interface StoredDelivery {
  readonly originator: string;
  readonly frame: string;
  readonly placed: number;
}

/** The places of deliveries in the IN of their recipients. Writes belong into a transaction. */
export interface RouterPlaced {
  /** A recipient's deliveries that this router stored in IN after a sequence, the newest first. */
  placedAfter(
    recipient: string,
    page: { readonly after: number; readonly limit: number },
  ): readonly StoredDelivery[];
  /** Resets a delivery to `recorded` that was erased from IN, unless it was stored there anew. */
  takeBack(delivery: StoredDelivery & { readonly recipient: string }): void;
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
  return {
    placedAfter: (recipient, { after, limit }) => placedAfter.all(recipient, after, limit),
    takeBack: ({ originator, frame, recipient, placed }) =>
      void takeBack.run(originator, frame, recipient, placed),
  };
}
