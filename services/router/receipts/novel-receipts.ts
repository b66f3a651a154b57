import type { Jti } from '../../shared/kernel/ids.js';
import { RECEIPT_TYPES, type VerifiedReceipt } from '../../shared/ledger/receipt.js';
import type { RouterDeliveries } from '../../shared/store/router/router-deliveries.js';
import { MAX_NOTICES } from '../../shared/wire/frame-limits.js';
import type { SignedSet } from '../../shared/wire/frames.js';

/** A receipt whose recipient, and whose delivery, are what it says. */
export interface OpenedReceipt {
  readonly receipt: VerifiedReceipt;
  /** As its recipient signed it. */
  readonly set: SignedSet;
  /** The ledger knew nothing of the delivery; the router's own statement proved it. */
  readonly recovered: boolean;
  /** It stands on the ledger already. */
  readonly isRecorded: boolean;
  /** Of the notices that the ledger knows. */
  readonly kinds: ReadonlyMap<Jti, string>;
}

/** All that can be said of a delivery. */
const MAX_LISTED = RECEIPT_TYPES.length * MAX_NOTICES;

/**
 * Of the opened receipts those that say something new: of some notice what no other receipt of that recipient for that
 * delivery says, on the ledger or earlier in the frame; and those that stand on the ledger themselves, which are forwarded
 * again. A key signs as many receipts as its owner likes, each another one by its salt: this bounds what becomes of them.
 * To be asked after the position that the record is written behind, so that another router's record is a conflict.
 */
export function novelReceipts(
  deliveries: RouterDeliveries,
  receipts: readonly OpenedReceipt[],
): readonly OpenedReceipt[] {
  const said = new Map<string, Set<string>>();
  return receipts.flatMap((opened) => {
    if (opened.isRecorded) return [opened];
    const { recipient, originator, delivery: frame, parts, digest } = opened.receipt;
    const key = `${originator} ${frame}`;
    const before = said.get(key) ?? new Set(deliveries.saidBy({ originator, frame, recipient }).map(written));
    said.set(key, before);
    const { size } = before;
    if (size < MAX_LISTED) for (const part of parts) before.add(written(part));
    if (before.size > size) return [opened];
    // Another router may have recorded it since it was looked for.
    return deliveries.hasReceipt(digest) ? [{ ...opened, isRecorded: true }] : [];
  });
}

/** What a receipt says of one notice. */
function written({ jti, digest, type }: Record<'jti' | 'digest' | 'type', string>): string {
  return `${jti} ${digest} ${type}`;
}
