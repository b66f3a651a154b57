import { seconds } from '../../kernel/clock.js';
import { fail } from '../../kernel/errors.js';
import { type FrameId, type OrgId, parseFrameId, parseOrgId } from '../../kernel/ids.js';
import { digest, isDigest } from '../../trust/digest.js';
import type { Directory } from '../../trust/directory.js';
import { type Claims, signJws, verifyJws } from '../../trust/jws.js';
import type { Signer } from '../../trust/keys.js';
import { MAX_DELIVERED_ACTIONS, MAX_ITEMS, MAX_NAMED_RECORDS } from '../../wire/frame-limits.js';
import type { DeliveryRoot } from './delivery-root.js';

/** What a delivery statement says. */
export interface DeliveryStatement extends DeliveryRoot {
  readonly recipient: OrgId;
  readonly originator: OrgId;
  /** The submission that was delivered. */
  readonly frame: FrameId;
  /**
   * Digests of the records that the delivery rests on: the routing report and then the narrowings that name
   * the recipient, in ledger order; then the records of actions that other frames brought.
   */
  readonly records: readonly string[];
  /** Digests of the statements of the actions that come with it, in their order. */
  readonly actions: readonly string[];
  /** Digests of the requests that come with it, in their order. */
  readonly requests: readonly string[];
}

/** Signs, with the hub's key, what one recipient receives of one frame. Resolves to a compact JWS. */
export function signDelivery(
  { recipient, originator, frame, records, root, size, actions, requests }: DeliveryStatement,
  { signer, now }: { readonly signer: Signer; readonly now: Date },
): Promise<string> {
  const head = { iss: 'hub', iat: seconds(now), aud: recipient, originator, frame };
  return signJws('delivery+jws', { ...head, records, root, size, actions, requests }, signer);
}

/** A delivery statement that the hub signed for this recipient. */
export interface VerifiedDelivery extends DeliveryStatement {
  readonly issuedAt: Date;
  /** Digest of the statement. */
  readonly digest: string;
}

/** Who reads a statement of the hub for one recipient, and when. */
export interface DeliveryReading {
  readonly directory: Directory;
  readonly recipient: OrgId;
  readonly now: Date;
  /** When it was first recorded; a key revoked after that is still accepted. */
  readonly recorded?: Date;
}

/**
 * Verifies a delivery statement. Throws as `verifyJws` does (`audience-mismatch` for another recipient's statement),
 * `token-malformed` and `id-invalid`.
 */
export async function verifyDelivery(token: string, reading: DeliveryReading): Promise<VerifiedDelivery> {
  const { directory, recipient, ...times } = reading;
  const { payload } = await verifyJws(token, {
    typ: 'delivery+jws',
    use: 'hub',
    key: directory.key,
    issuer: 'hub',
    audience: recipient,
    ...times,
  });
  return {
    recipient,
    originator: parseOrgId(payload['originator']),
    frame: parseFrameId(payload['frame']),
    issuedAt: new Date(Number(payload['iat']) * 1000),
    digest: digest(token),
    ...parseNamed(payload),
    actions: parseDigests(payload['actions'], MAX_DELIVERED_ACTIONS),
    requests: parseDigests(payload['requests'], MAX_ITEMS),
  };
}

/** Reads the records, root and size that deliveries and receipts name. Throws `token-malformed`. */
export function parseNamed({
  records,
  root,
  size,
}: Claims): DeliveryRoot & { readonly records: readonly string[] } {
  const named = parseDigests(records, MAX_NAMED_RECORDS);
  const isSize = Number.isSafeInteger(size) && Number(size) >= 0 && Number(size) <= MAX_ITEMS;
  if (named.length > 0 && isDigest(root) && isSize) return { records: named, root, size: Number(size) };
  throw fail('token-malformed', 'a statement does not name its records, root and size');
}

/** Reads a list of distinct digests, at most `most` of them. Throws `token-malformed`. */
export function parseDigests(value: unknown, most: number): readonly string[] {
  const isList = Array.isArray(value) && value.length <= most && value.every(isDigest);
  if (isList && new Set(value).size === value.length) return value;
  throw fail('token-malformed', 'not a list of distinct digests');
}
