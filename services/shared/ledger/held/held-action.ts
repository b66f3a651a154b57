import { decodeBase64url, encodeBase64url } from '../../kernel/base64url.js';
import { fail } from '../../kernel/errors.js';
import type { OrgId } from '../../kernel/ids.js';
import { digest } from '../../trust/digest.js';
import type { DeliveredAction } from '../../wire/frames.js';
import { type ActionItem, actionItemsOf } from '../action-items.js';
import { type HandedAction, verifyHandedAction } from '../action-delivery.js';
import type { DeliveryReading } from '../delivery/delivery.js';
import { type ShownPart, verifyShownPart } from '../delivery/shown-part.js';

/**
 * The evidence of one action that changed a held copy, without the disclosure of an unseal; bytes in
 * base64url.
 */
export interface HeldAction {
  /** The originator's statement, a compact JWS. */
  readonly statement: string;
  /** The holder's own leaf with its path; null with scope `all`. */
  readonly leaf: HeldLeaf | null;
  /** The holder's own part about the action in a record of the hub. */
  readonly shown: ShownPart;
  /** When the holder received it. */
  readonly receivedAt: string;
}

interface HeldLeaf {
  readonly salt: string;
  readonly part: string;
  readonly index: number;
  readonly path: readonly string[];
}

/** Returns the evidence to keep of an action that was received; `at` in milliseconds since 1970. */
export function heldActionOf(
  { statement, leaf, index, path }: DeliveredAction,
  { shown, at }: { readonly shown: ShownPart; readonly at: number },
): HeldAction {
  const own = leaf && {
    salt: encodeBase64url(leaf.salt),
    part: encodeBase64url(leaf.part),
    index,
    path: path.map(encodeBase64url),
  };
  return { statement, leaf: own ?? null, shown, receivedAt: new Date(at).toISOString() };
}

interface HeldReading extends DeliveryReading {
  readonly originator: OrgId;
}

/**
 * Verifies an action that changed a held copy: the originator's signature, the holder's leaf, and that the
 * hub recorded the action for the holder. The originator's key must have been valid when the hub recorded it.
 * Throws as `verifyHandedAction` and `verifyShownPart` do, and `digest-mismatch` when the record names
 * something else.
 */
export async function verifyHeldAction(held: HeldAction, reading: HeldReading): Promise<HandedAction> {
  const { originator, ...by } = reading;
  const trustsReceiptTime = by.recorded !== undefined;
  const { part, issuedAt } = await verifyShownPart(held.shown, {
    ...by,
    ...(trustsReceiptTime && { recorded: new Date(held.receivedAt) }),
  });
  if (part.type !== 'act' || part.digest !== digest(held.statement)) {
    throw fail('digest-mismatch', 'the record does not name the action');
  }
  const { directory, recipient, now } = by;
  return verifyHandedAction(handedOf(held), { directory, recipient, originator, now, recorded: issuedAt });
}

function handedOf({ statement, leaf }: HeldAction): Omit<DeliveredAction, 'disclosure'> {
  if (leaf === null) return { statement, leaf: null, index: 0, path: [] };
  const { salt, part, index, path } = leaf;
  const opened = { salt: decodeBase64url(salt), part: decodeBase64url(part) };
  return { statement, leaf: opened, index, path: path.map(decodeBase64url) };
}

/**
 * Returns what an action that was handed to a holder changes for it in the registers of the notice; null for a decline
 * and for a review, which change nothing.
 */
export function handedItemOf({ own, ...action }: HandedAction): ActionItem | null {
  return actionItemsOf({ ...action, listed: own === undefined ? [] : [own] })[0] ?? null;
}
