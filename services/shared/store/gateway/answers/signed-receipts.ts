import type { Database } from '../../sqlite.js';

/** The receipt of one recipient for an own notice, as it signed it. */
export interface SignedReceipt {
  readonly org: string;
  /** What it says of the notice. */
  readonly type: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly kid: string;
  /** It speaks for the whole delivery. */
  readonly jws: string;
}

/** Creates the reader: of several receipts the first stands, unless it rejected what a later one holds. By organisation. */
export function createSignedReceipts(db: Database): (own: number) => readonly SignedReceipt[] {
  const receipts = db.prepare<[number], Omit<SignedReceipt, 'type'> & { readonly said: string | null }>(
    `WITH inside (frame) AS (SELECT frame FROM own WHERE seq = ?1 UNION SELECT frame FROM reframed WHERE own = ?1)
     SELECT org, at, kid, jws,
       (SELECT type FROM exception WHERE exception.receipt = receipt.seq AND place = json_each.key) AS said
     FROM inside JOIN receipt ON receipt.frame = inside.frame, json_each(receipt.notices)
     WHERE json_each.value = ?1 ORDER BY receipt.seq`,
  );
  return (own) => {
    const signed = new Map<string, SignedReceipt>();
    for (const { said, ...row } of receipts.all(own)) {
      const before = signed.get(row.org);
      if (before === undefined || before.type === 'rejected')
        signed.set(row.org, { ...row, type: said ?? 'held' });
    }
    return [...signed.values()].toSorted((a, b) => a.org.localeCompare(b.org));
  };
}
