import type { Jti } from '../../shared/kernel/ids.js';
import { RECEIPT_TYPES } from '../../shared/kernel/receipt-types.js';
import { type VerifiedReceipt } from '../../shared/ledger/receipt/receipt.js';
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

/** The receipts of one frame, compared with those of their recipient on the ledger. */
export interface ComparedReceipts {
  /** Receipts with another root than an earlier receipt for the same frame and records. */
  readonly conflicting: ReadonlySet<OpenedReceipt>;
  /** The other receipts that say something new, and those that are on the ledger, which are forwarded again. */
  readonly novel: readonly OpenedReceipt[];
}

/**
 * Compares the receipts of one frame with the recipient's other receipts for the same deliveries: those on the ledger,
 * which are read once for each delivery, and those earlier in the frame. A recipient can sign any number of receipts that
 * differ in their time alone: this bounds how many are recorded. Read the ledger position before calling it, so that
 * another router's record shows as a conflict.
 */
export function compareReceipts(
  deliveries: RouterDeliveries,
  receipts: readonly OpenedReceipt[],
): ComparedReceipts {
  const earlier = readEarlier(deliveries);
  const conflicting = conflictingReceipts(earlier, receipts);
  const others = receipts.filter((one) => !conflicting.has(one));
  return { conflicting, novel: novelReceipts({ deliveries, earlier }, others) };
}

type EarlierReceipts = (receipt: VerifiedReceipt) => readonly KnownReceipt[];

/**
 * Reads a recipient's receipts for each delivery from the ledger once: all 64 receipts of a frame can be about one
 * delivery, which can have hundreds of receipts.
 */
function readEarlier(deliveries: RouterDeliveries): EarlierReceipts {
  const read = new Map<string, readonly KnownReceipt[]>();
  return ({ recipient, originator, delivery: frame }) => {
    const key = `${originator} ${frame}`;
    const known = read.get(key) ?? deliveries.receiptsFrom({ originator, frame, recipient });
    read.set(key, known);
    return known;
  };
}

function novelReceipts(
  { deliveries, earlier }: { readonly deliveries: RouterDeliveries; readonly earlier: EarlierReceipts },
  receipts: readonly OpenedReceipt[],
): readonly OpenedReceipt[] {
  const said = new Map<string, Set<string>>();
  return receipts.flatMap((opened) => {
    if (opened.isRecorded) return [opened];
    const { originator, delivery, digest } = opened.receipt;
    const key = `${originator} ${delivery}`;
    const before = said.get(key) ?? new Set(earlier(opened.receipt).map(statementKey));
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

function conflictingReceipts(
  earlier: EarlierReceipts,
  receipts: readonly OpenedReceipt[],
): ReadonlySet<OpenedReceipt> {
  const byDelivery = new Map<string, Map<string, string>>();
  const rootsOf = (receipt: VerifiedReceipt): Map<string, string> => {
    const key = `${receipt.originator} ${receipt.delivery}`;
    const roots = byDelivery.get(key) ?? firstRoots(earlier(receipt));
    byDelivery.set(key, roots);
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
