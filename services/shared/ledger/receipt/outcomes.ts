import type { Code } from '../../kernel/errors.js';
import type { Jti } from '../../kernel/ids.js';
import type { ReceiptType } from '../../kernel/receipt-types.js';
import type { ReceiptContent, ReceiptException } from './receipt.js';

/** What a receipt says about one notice of its delivery. */
export interface ReceiptOutcome {
  readonly jti: Jti;
  /** Digest of the SD-JWT. */
  readonly digest: string;
  readonly type: ReceiptType;
  /** True if it is held exactly as it was delivered. */
  readonly isAsDelivered: boolean;
  /** The digest of the disclosures held instead of those delivered. */
  readonly held?: string;
  readonly code?: Code;
}

/**
 * Returns the outcome of each notice of a delivery, in order. Undefined when the receipt is about other
 * notices: its size differs, or an exception names another notice at that index.
 */
export function outcomesOf(
  { size, except }: Pick<ReceiptContent, 'size' | 'except'>,
  notices: readonly { readonly jti: Jti; readonly digest: string }[],
): readonly ReceiptOutcome[] | undefined {
  if (size !== notices.length || except.some(({ index, jti }) => notices[index]?.jti !== jti))
    return undefined;
  const listed = new Map<number, ReceiptException>(except.map((one) => [one.index, one]));
  return notices.map(({ jti, digest }, index): ReceiptOutcome => {
    const one = listed.get(index);
    if (one === undefined) return { jti, digest, type: 'held', isAsDelivered: true };
    const { index: _index, ...exception } = one;
    return { ...exception, digest, isAsDelivered: false };
  });
}
