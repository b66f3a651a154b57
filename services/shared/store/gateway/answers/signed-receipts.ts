import type { Database } from '../../sqlite.js';

/** The receipt of one recipient for an own notice, as it signed it. */
export interface SignedReceipt {
  readonly org: string;
  /** What it says of the notice. */
  readonly type: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly kid: string;
  /** Digests of the records that its delivery rested on, in the order of the ledger. */
  readonly records: readonly string[];
  /** The receipt as its recipient signed it; it speaks for the whole delivery. */
  readonly jws: string;
}

interface ReceiptRow extends Omit<SignedReceipt, 'type' | 'records'> {
  readonly seq: number;
  /** Joined by commas. */
  readonly records: string;
  /** Null for a notice that is simply held as delivered. */
  readonly said: string | null;
}

/**
 * Creates the reader of the signed receipts for an own notice, sorted by organisation. Of several receipts of
 * a recipient the first counts, unless it rejected the notice.
 */
export function createSignedReceipts(db: Database): (own: number) => readonly SignedReceipt[] {
  const receipts = db.prepare<[number], ReceiptRow>(
    `WITH inside (frame) AS (SELECT frame FROM own WHERE seq = ?1 UNION SELECT frame FROM reframed WHERE own = ?1)
     SELECT receipt.seq AS seq, org, at, kid, records, jws,
       (SELECT type FROM exception WHERE exception.receipt = receipt.seq AND place = json_each.key) AS said
     FROM inside JOIN receipt ON receipt.frame = inside.frame, json_each(receipt.notices)
     WHERE json_each.value = ?1`,
  );
  return (own) => {
    const signed = new Map<string, SignedReceipt>();
    for (const { seq: _seq, said, records, ...row } of receipts.all(own).toSorted((a, b) => a.seq - b.seq)) {
      const before = signed.get(row.org);
      if (before === undefined || before.type === 'rejected')
        signed.set(row.org, { ...row, records: records.split(','), type: said ?? 'held' });
    }
    return [...signed.values()].toSorted((a, b) => a.org.localeCompare(b.org));
  };
}
