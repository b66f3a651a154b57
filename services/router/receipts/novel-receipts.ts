import type { Jti } from '../../shared/kernel/ids.js';
import { RECEIPT_TYPES, type VerifiedReceipt } from '../../shared/ledger/receipt/receipt.js';
import type { ReceiptOutcome } from '../../shared/ledger/receipt/outcomes.js';
import type { KnownReceipt, RouterDeliveries } from '../../shared/store/router/router-deliveries.js';
import { MAX_ITEMS } from '../../shared/wire/frame-limits.js';

/** A receipt that verifies, for a delivery that is known or proven. */
export interface OpenedReceipt {
  readonly receipt: VerifiedReceipt;
  /** As its recipient signed it: a compact JWS. */
  readonly token: string;
  /** The delivery statement that came along, a compact JWS; empty without one. */
  readonly delivery: string;
  /** True when the ledger did not know the delivery and the router's own delivery statement proved it. */
  readonly recovered: boolean;
  /** True when the receipt is on the ledger already. */
  readonly isRecorded: boolean;
  /** What it says of each notice; empty when the records that it names are not known. */
  readonly outcomes: readonly ReceiptOutcome[];
  /** Kind of each notice that the ledger knows. */
  readonly kinds: ReadonlyMap<Jti, string>;
}

/** Number of different statements that receipts can make about the deliveries of one frame. */
const MAX_STATEMENTS = RECEIPT_TYPES.length * MAX_ITEMS;

type StoredContent = Pick<KnownReceipt, 'records' | 'root' | 'listed'>;

/**
 * Selects the receipts that say something new, compared with the recipient's other receipts for that frame on the ledger and
 * earlier in the frame of receipts; and the receipts that are on the ledger themselves, which are forwarded again. A recipient
 * can sign any number of receipts that differ in their time alone: this bounds how many are recorded. Read the ledger position
 * before calling it, so that another router's record shows as a conflict.
 */
export function novelReceipts(
  deliveries: RouterDeliveries,
  receipts: readonly OpenedReceipt[],
): readonly OpenedReceipt[] {
  const said = new Map<string, Set<string>>();
  return receipts.flatMap((opened) => {
    if (opened.isRecorded) return [opened];
    const { recipient, originator, delivery: frame, digest } = opened.receipt;
    const key = `${originator} ${frame}`;
    const before =
      said.get(key) ?? new Set(deliveries.receiptsFrom({ originator, frame, recipient }).map(statementKey));
    said.set(key, before);
    const { size } = before;
    if (size < MAX_STATEMENTS) before.add(statementKey(saidBy(opened.receipt)));
    if (before.size > size) return [opened];
    // Another router may have recorded it since it was opened.
    return deliveries.hasReceipt(digest) ? [{ ...opened, isRecorded: true }] : [];
  });
}

/** Returns what a receipt says, as the projection stores it. */
export function saidBy({ records, root, except, actions }: VerifiedReceipt): StoredContent {
  return { records, root, listed: JSON.stringify({ except, actions }) };
}

/** Identifies what a receipt says. */
function statementKey({ records, root, listed }: StoredContent): string {
  return `${records.join()} ${root} ${listed}`;
}

/** Returns those receipts that name another root than an earlier one for the same recipient, frame and records. */
export function conflictingReceipts(
  deliveries: RouterDeliveries,
  receipts: readonly OpenedReceipt[],
): ReadonlySet<OpenedReceipt> {
  // Each delivery is read once: 64 receipts can all be about one delivery that has hundreds of receipts.
  const deliveriesRead = new Map<string, Map<string, string>>();
  const rootsOf = ({ recipient, originator, delivery: frame }: VerifiedReceipt): Map<string, string> => {
    const key = `${originator} ${frame}`;
    const roots =
      deliveriesRead.get(key) ?? firstRoots(deliveries.receiptsFrom({ originator, frame, recipient }));
    deliveriesRead.set(key, roots);
    return roots;
  };
  const conflicting = receipts.filter(({ isRecorded, receipt }) => {
    const roots = rootsOf(receipt);
    const named = receipt.records.join();
    const first = roots.get(named) ?? receipt.root;
    roots.set(named, first);
    return !isRecorded && first !== receipt.root;
  });
  return new Set(conflicting);
}

/** Returns the first root that the receipts of a delivery name, by their list of records. */
function firstRoots(known: readonly KnownReceipt[]): Map<string, string> {
  return new Map(known.toReversed().map(({ records, root }) => [records.join(), root]));
}
