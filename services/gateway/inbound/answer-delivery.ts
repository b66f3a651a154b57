import { seconds } from '../../shared/kernel/clock.js';
import type { VerifiedDelivery } from '../../shared/ledger/delivery/delivery.js';
import {
  type ReceiptAction,
  type ReceiptException,
  signReceipt,
} from '../../shared/ledger/receipt/receipt.js';
import type { KeptDelivery } from '../../shared/store/gateway/gateway-deliveries.js';
import { SKEW_S } from '../../shared/trust/jws.js';
import { isClockDependent } from '../../shared/trust/may-pass.js';
import { claimsIn } from '../../shared/trust/token-claims.js';
import { federationOf, type Identity, requireKey } from '../identity.js';
import type { Judgement } from './judge-delivery.js';

/** What a receipt lists of a delivery. */
type DeliveryAnswer = Pick<Judgement, 'except' | 'actions'>;

/** Signs the receipt for a whole delivery: it repeats records, root and size, and lists what is not held as delivered. */
export function signAnswer(
  identity: Identity,
  { originator, frame, records, root, size }: VerifiedDelivery,
  { except, actions }: DeliveryAnswer,
): Promise<string> {
  requireKey(identity, identity.receiptSigner);
  const { org: recipient, receiptSigner: signer } = identity;
  const about = { recipient, federation: federationOf(identity), originator, delivery: frame };
  return signReceipt({ ...about, records, root, size, except, actions }, { signer, now: identity.clock() });
}

/** The claims of a receipt that this gateway wrote itself; they are not checked. */
interface OwnReceipt extends DeliveryAnswer {
  readonly iat: number;
}

function readOwn({ receipt }: KeptDelivery): OwnReceipt {
  return claimsIn(receipt) as unknown as OwnReceipt;
}

/**
 * True when a stored receipt answers all of a delivery: it names the same records and root, and the stored delivery brought
 * every action and request of this one. The hub may hand over a part of what its records name, and the rest later.
 */
export function isAnsweredBy(
  kept: KeptDelivery,
  { records, root, actions, requests }: VerifiedDelivery,
): boolean {
  if (kept.records !== records.join() || kept.root !== root) return false;
  const before = claimsIn(kept.statement) as Pick<VerifiedDelivery, 'actions' | 'requests'>;
  const brought = new Set([...before.actions, ...before.requests]);
  return [...actions, ...requests].every((one) => brought.has(one));
}

/**
 * True for a receipt that the clock of this gateway may have got wrong: one that is dated in the future, or
 * that lists a rejection that depends on the clock.
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

/** True when a stored receipt lists the same exceptions and actions. */
export function saysTheSame(kept: KeptDelivery, { except, actions }: DeliveryAnswer): boolean {
  const own = readOwn(kept);
  return (
    isEqual(own.except.map(exceptionText), except.map(exceptionText)) &&
    isEqual(own.actions.map(actionText), actions.map(actionText))
  );
}

function isEqual(before: readonly string[], now: readonly string[]): boolean {
  return before.length === now.length && before.every((text, at) => text === now[at]);
}

function exceptionText({ index, jti, type, code, held }: ReceiptException): string {
  return [index, jti, type, code, held].join(' ');
}

function actionText({ digest, type, code, before, after }: ReceiptAction): string {
  return [digest, type, code, before, after].join(' ');
}
