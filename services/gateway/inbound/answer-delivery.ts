import { seconds } from '../../shared/kernel/clock.js';
import type { VerifiedDelivery } from '../../shared/ledger/delivery/delivery.js';
import { type ReceiptException, signReceipt } from '../../shared/ledger/receipt/receipt.js';
import type { KeptDelivery } from '../../shared/store/gateway/gateway-inbox.js';
import { SKEW_S } from '../../shared/trust/jws.js';
import { isClockDependent } from '../../shared/trust/may-pass.js';
import { claimsIn } from '../../shared/trust/token-claims.js';
import { federationOf, type Identity, requireKey } from '../identity.js';

/** Signs the receipt for a whole delivery: it repeats records, root and size, and lists what is not held as delivered. */
export function signAnswer(
  identity: Identity,
  { originator, frame, records, root, size }: VerifiedDelivery,
  except: readonly ReceiptException[],
): Promise<string> {
  requireKey(identity, identity.receiptSigner);
  const { org: recipient, receiptSigner: signer } = identity;
  const about = { recipient, federation: federationOf(identity), originator, delivery: frame };
  return signReceipt(
    { ...about, records, root, size, except, actions: [] },
    { signer, now: identity.clock() },
  );
}

/** The claims of a receipt of this gateway; it wrote them itself. */
interface OwnReceipt {
  readonly iat: number;
  readonly except: readonly ReceiptException[];
}

function readOwn({ receipt }: KeptDelivery): OwnReceipt {
  return claimsIn(receipt) as unknown as OwnReceipt;
}

/**
 * True for a receipt that a clock that is ahead may have caused: one dated in the future, or a rejection that depends on the
 * clock.
 */
export function isByClock(kept: KeptDelivery, now: Date): boolean {
  const isRejectedByClock = ({ type, code }: ReceiptException): boolean =>
    type === 'rejected' && isClockDependent(String(code));
  return isDatedAhead(kept, now) || readOwn(kept).except.some(isRejectedByClock);
}

/** True for a receipt that the hub would refuse as issued in the future. */
export function isDatedAhead(kept: KeptDelivery, now: Date): boolean {
  return readOwn(kept).iat > seconds(now) + SKEW_S;
}

/** True when a stored receipt lists exactly this. */
export function saysTheSame(kept: KeptDelivery, except: readonly ReceiptException[]): boolean {
  const before = readOwn(kept).except;
  return (
    before.length === except.length &&
    before.every(({ index, jti, type, code, held }, at) => {
      const now = except[at];
      const isSame = index === now?.index && jti === now.jti && type === now.type;
      return isSame && code === now.code && held === now.held;
    })
  );
}
