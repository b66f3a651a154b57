import type { OwnPart, SharePart } from './record-own-parts.js';

/**
 * Returns what records leave to one recipient, in the order of the submission: exactly what its delivery
 * holds. `records` holds the recipient's own parts of each record: the routing report, then the narrowings in
 * ledger order.
 */
export function sharesLeft<Share extends Omit<SharePart, 'disclosed'>>(
  records: readonly (readonly (Share | Exclude<OwnPart, SharePart>)[])[],
): readonly Share[] {
  const left = new Map<string, Share>();
  for (const [at, parts] of records.entries()) {
    for (const part of parts) {
      if (part.type === 'unshare') left.delete(shareKey(part));
      else if (part.type === 'share' && (at === 0 || left.has(shareKey(part))))
        left.set(shareKey(part), part);
    }
  }
  return [...left.values()];
}

/** Names what one recipient gets of one notice. */
function shareKey({ to, jti }: Pick<SharePart, 'to' | 'jti'>): string {
  return `${to} ${jti}`;
}
