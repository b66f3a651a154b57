import type { Database } from '../../sqlite.js';

/** What a recipient last said of an own notice. */
export interface ShownReceipt {
  readonly org: string;
  readonly type: string;
  readonly code: string | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly kid: string;
  /** False when the receipt's root is not the one that the records lead to. */
  readonly verified: boolean;
}

interface ReceiptRow extends Pick<ShownReceipt, 'org' | 'at' | 'kid'> {
  readonly seq: number;
  readonly place: number;
}

interface WordsRow extends Pick<ShownReceipt, 'at' | 'kid'> {
  readonly words: string;
}

type Listed = readonly [place: number, type: string, code: string | null];

/**
 * Creates the reader of what each recipient last said of an own notice: its receipt, or the newest later word
 * about it.
 */
export function createReadReceipts(db: Database): (own: number) => readonly ShownReceipt[] {
  const receipts = db.prepare<[number], ReceiptRow>(
    `WITH inside (frame) AS (SELECT frame FROM own WHERE seq = ?1 UNION SELECT frame FROM reframed WHERE own = ?1)
     SELECT receipt.seq, org, at, kid, json_each.key AS place FROM inside JOIN receipt ON receipt.frame = inside.frame,
     json_each(receipt.notices) WHERE json_each.value = ?1`,
  );
  const exception = db.prepare<[number, number], Pick<ShownReceipt, 'type' | 'code'>>(
    'SELECT type, code FROM exception WHERE receipt = ? AND place = ?',
  );
  const words = db.prepare<[number], WordsRow>(
    `SELECT words, change.at, change.kid FROM change_word JOIN change ON change.seq = change_word.change
     WHERE change_word.receipt = ?`,
  );
  const disputed = db.prepare<[number], Omit<ShownReceipt, 'verified' | 'code'>>(
    'SELECT org, type, at, kid FROM disputed WHERE own = ?',
  );
  const read = ({ seq, place, ...row }: ReceiptRow): ShownReceipt => {
    const said = exception.get(seq, place) ?? { type: 'held', code: null };
    let shown: ShownReceipt = { ...row, ...said, verified: true };
    for (const { words: list, at, kid } of words.all(seq)) {
      const entry = (JSON.parse(list) as readonly Listed[]).find(([about]) => about === place);
      if (entry && at >= shown.at) shown = { ...shown, type: entry[1], code: entry[2], at, kid };
    }
    return shown;
  };
  return (own) => {
    const shown = new Map<string, ShownReceipt>();
    for (const row of receipts.all(own).toSorted((a, b) => a.seq - b.seq)) {
      const next = read(row);
      const before = shown.get(row.org);
      // Of receipts for several frames the first counts, unless it rejected the notice or a later one says
      // what became of the held copy.
      if (before === undefined || before.type === 'rejected' || isLater(before, next))
        shown.set(row.org, next);
    }
    for (const row of disputed.all(own)) {
      shown.set(row.org, { ...row, code: 'delivery-differs', verified: false });
    }
    return [...shown.values()].toSorted((a, b) => a.org.localeCompare(b.org));
  };
}

/** True when `next` says what became of a notice that was held before. */
function isLater(before: ShownReceipt, next: ShownReceipt): boolean {
  return before.type === 'held' && next.type !== 'held' && next.type !== 'rejected' && next.at > before.at;
}
