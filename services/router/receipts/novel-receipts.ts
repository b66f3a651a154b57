import type { Jti } from '../../shared/kernel/ids.js';
import { RECEIPT_TYPES, type VerifiedReceipt } from '../../shared/ledger/receipt.js';
import type { RouterDeliveries } from '../../shared/store/router/router-deliveries.js';
import { MAX_NOTICES } from '../../shared/wire/frame-limits.js';
import type { SignedSet } from '../../shared/wire/frames.js';

/** A receipt that verifies, for a delivery that is known or proven. */
export interface OpenedReceipt {
  readonly receipt: VerifiedReceipt;
  /** As its recipient signed it. */
  readonly set: SignedSet;
  /** True when the ledger did not know the delivery and the router's own delivery statement proved it. */
  readonly recovered: boolean;
  /** True when the receipt is on the ledger already. */
  readonly isRecorded: boolean;
  /** Kind of each notice that the ledger knows. */
  readonly kinds: ReadonlyMap<Jti, string>;
}

/** Number of different statements that receipts can make about one delivery. */
const MAX_STATEMENTS = RECEIPT_TYPES.length * MAX_NOTICES;

/**
 * Selects the receipts that say something new about a notice, compared with the recipient's other receipts
 * for that delivery on the ledger and earlier in the frame; and the receipts that are on the ledger
 * themselves, which are forwarded again. A recipient can sign any number of receipts that differ in their
 * salt alone: this bounds how many are recorded. Read the ledger position before calling it, so that
 * another router's record shows as a conflict.
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
    const before =
      said.get(key) ??
      new Set(deliveries.forwardableEntries({ originator, frame, recipient }).map(statementKey));
    said.set(key, before);
    const { size } = before;
    if (size < MAX_STATEMENTS) for (const part of parts) before.add(statementKey(part));
    if (before.size > size) return [opened];
    // Another router may have recorded it since it was opened.
    return deliveries.hasReceipt(digest) ? [{ ...opened, isRecorded: true }] : [];
  });
}

/** Identifies what a receipt says about one notice. */
function statementKey({ jti, digest, type }: Record<'jti' | 'digest' | 'type', string>): string {
  return `${jti} ${digest} ${type}`;
}
