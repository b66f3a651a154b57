/** What a receipt can state about a notice. All but `held` and `kept` state that the recipient no longer holds it. */
export const RECEIPT_TYPES = ['held', 'rejected', 'superseded', 'not-held', 'destroyed', 'kept'] as const;

/** One of `RECEIPT_TYPES`. */
export type ReceiptType = (typeof RECEIPT_TYPES)[number];

/** True for one of `RECEIPT_TYPES`. */
export function isReceiptType(value: unknown): value is ReceiptType {
  return RECEIPT_TYPES.some((type) => type === value);
}

/** True for a type that states that the recipient holds the notice, in whatever form. */
export function isHolding(type: string): boolean {
  return type === 'held' || type === 'kept';
}
