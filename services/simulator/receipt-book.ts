import { digest } from '../shared/trust/digest.js';
import { frames } from '../shared/wire/frames.js';
import { keyOf } from './summary.js';

/** Receipts as both ends keep them: the recipient those it signed, the originator those forwarded to it. */
export interface ReceiptBook {
  /** From now on faults with these notices (`<originator>/<id>`) count. */
  follow(notices: Iterable<string>): void;
  /** Takes in receipts; returns notices for which one recipient gave two different ones, each pair once. */
  add(records: readonly Uint8Array[]): readonly string[];
}

/** A simulation without end stays small: what is older is forgotten. */
const MOST = 100_000;

export function createReceiptBook(): ReceiptBook {
  const followed = new Set<string>();
  const said = new Map<string, Set<string>>();
  const told = new Set<string>();
  return {
    follow: (notices) => {
      for (const notice of notices) followed.add(notice);
      forgetOldest(followed);
    },
    add: (records) => {
      const twice: string[] = [];
      for (const { recipient, notice, statement } of records.flatMap(heldIn)) {
        const pair = `${recipient} ${notice}`;
        const receipts = said.get(pair) ?? new Set();
        said.set(pair, receipts.add(statement));
        if (receipts.size < 2 || told.has(pair) || !followed.has(notice)) continue;
        told.add(pair);
        twice.push(notice);
      }
      forgetOldest(said);
      return twice;
    },
  };
}

function forgetOldest(kept: Set<string> | Map<string, unknown>): void {
  for (const key of kept.keys()) {
    if (kept.size <= MOST) return;
    kept.delete(key);
  }
}

interface HeldReceipt {
  readonly recipient: string;
  readonly notice: string;
  /** Digest of the signed statement. */
  readonly statement: string;
}

function heldIn(record: Uint8Array): readonly HeldReceipt[] {
  const { statement: set } = frames.record.decode(record);
  if (!set) return [];
  const payload = Buffer.from(set.statement.split('.')[1] ?? '', 'base64url').toString();
  const { iss: recipient, originator } = JSON.parse(payload) as {
    readonly iss: string;
    readonly originator: string;
  };
  const statement = digest(set.statement);
  return set.leaves
    .map(
      ({ part }) =>
        JSON.parse(Buffer.from(part).toString()) as { readonly type: string; readonly jti: string },
    )
    .filter(({ type }) => type === 'held')
    .map(({ jti }) => ({ recipient, notice: keyOf({ originator, id: jti.slice(0, 36) }), statement }));
}
