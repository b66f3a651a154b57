import type { Database } from '../sqlite.js';

/** A recorded receipt that is owed to its originator. */
export interface OwedForward {
  readonly digest: string;
  readonly recipient: string;
  /** The id of the receipt frame that brought it. */
  readonly via: string;
  /** As its recipient signed it: a compact JWS. */
  readonly token: string;
}

/**
 * The receipts that this router owes to their originators: those that no originator asks for by offering a frame again.
 * Writes belong into a transaction.
 */
export interface RouterForwards {
  /** Notes that a recorded receipt is owed. */
  owe(digest: string): void;
  isOwed(receipt: Pick<OwedForward, 'digest'>): boolean;
  /** What is owed to one originator, in order of recording, up to `limit`. */
  owedTo(originator: string, limit: number): readonly OwedForward[];
  /** Notes that the originator's IN took a receipt; nothing for one that is not owed. */
  forwarded(receipt: Pick<OwedForward, 'digest'>): void;
}

/** Creates the owed receipts on the table `receipt`. */
export function createRouterForwards(db: Database): RouterForwards {
  const set = db.prepare<[number, string]>('UPDATE receipt SET owed = ? WHERE digest = ?');
  const owed = db.prepare<[string, number], OwedForward>(
    `SELECT digest, recipient, via, token FROM receipt INDEXED BY receipt_owed
     WHERE originator = ? AND owed = 1 ORDER BY rowid LIMIT ?`,
  );
  const isOwed = db.prepare<[string], object>('SELECT 1 FROM receipt WHERE digest = ? AND owed = 1');
  return {
    owe: (digest) => void set.run(1, digest),
    isOwed: ({ digest }) => isOwed.get(digest) !== undefined,
    owedTo: (originator, limit) => owed.all(originator, limit),
    forwarded: ({ digest }) => void set.run(0, digest),
  };
}
