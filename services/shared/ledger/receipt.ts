import { seconds } from '../kernel/clock.js';
import { type Code, fail } from '../kernel/errors.js';
import { type FrameId, type Jti, type OrgId, parseFrameId, parseJti, parseOrgId } from '../kernel/ids.js';
import { digest, isDigest } from '../trust/digest.js';
import type { Directory, DirectoryKey } from '../trust/directory.js';
import type { Signer } from '../trust/keys.js';
import { signSet, verifySet } from '../trust/signed-set.js';
import { MAX_NOTICES } from '../wire/frame-limits.js';
import type { SignedSet } from '../wire/frames.js';

/** What a receipt can state about a notice. All but `held` and `kept` state that the recipient no longer holds it. */
export const RECEIPT_TYPES = ['held', 'rejected', 'superseded', 'not-held', 'destroyed', 'kept'] as const;

/** One of `RECEIPT_TYPES`. */
export type ReceiptType = (typeof RECEIPT_TYPES)[number];

/** A leaf of a receipt: one notice of the delivery. */
export interface ReceiptPart {
  readonly jti: Jti;
  /** Digest of the SD-JWT. */
  readonly digest: string;
  readonly type: ReceiptType;
  /** Digest of the disclosures that are held; null if nothing is held. */
  readonly held: string | null;
  /** The reason of a rejection. */
  readonly code?: Code;
}

/** What a receipt says. */
export interface ReceiptContent {
  readonly recipient: OrgId;
  readonly federation: string;
  readonly originator: OrgId;
  /** The frame whose delivery it answers. */
  readonly delivery: FrameId;
  readonly parts: readonly ReceiptPart[];
}

/** Signs the receipt for one delivery with the recipient's key of use `receipt`. */
export function signReceipt(
  { recipient, federation, originator, delivery, parts }: ReceiptContent,
  { signer, now }: { readonly signer: Signer; readonly now: Date },
): Promise<SignedSet> {
  const claims = { iss: recipient, iat: seconds(now), aud: federation, originator, delivery };
  return signSet({ typ: 'receipt+jws', claims, parts, signer });
}

/** A receipt with a valid signature of its recipient and valid parts. */
export interface VerifiedReceipt {
  readonly recipient: OrgId;
  readonly originator: OrgId;
  readonly delivery: FrameId;
  readonly issuedAt: Date;
  /** Digest of the statement. */
  readonly digest: string;
  readonly key: DirectoryKey;
  readonly parts: readonly ReceiptPart[];
}

/**
 * Verifies a receipt. Throws as `verifySet` does, and `token-malformed` or `id-invalid` for malformed parts, more parts than a
 * delivery has notices, or a notice named twice.
 */
export async function verifyReceipt(
  set: SignedSet,
  reading: {
    readonly directory: Directory;
    readonly recipient: OrgId;
    readonly now: Date;
    /** When a record first named it; a key revoked after that is still accepted. */
    readonly recorded?: Date;
  },
): Promise<VerifiedReceipt> {
  const { directory, recipient, ...times } = reading;
  // Checked before the leaves are hashed and read, because half a mebibyte can hold thousands.
  if (set.leaves.length > MAX_NOTICES)
    throw fail('token-malformed', 'a receipt has more parts than a delivery');
  const { claims, parts, key } = await verifySet(set, {
    typ: 'receipt+jws',
    use: 'receipt',
    key: directory.key,
    issuer: recipient,
    audience: directory.federation,
    ...times,
  });
  return {
    recipient,
    originator: parseOrgId(claims['originator']),
    delivery: parseFrameId(claims['delivery']),
    issuedAt: new Date(Number(claims['iat']) * 1000),
    digest: digest(set.statement),
    key,
    parts: parseReceiptParts(parts),
  };
}

function parseReceiptParts(values: readonly unknown[]): readonly ReceiptPart[] {
  const parts = values.map(parseReceiptPart);
  if (new Set(parts.map(({ jti }) => jti)).size === parts.length) return parts;
  throw fail('token-malformed', 'a receipt names a notice twice');
}

const TYPES: readonly unknown[] = RECEIPT_TYPES;

function parseReceiptPart(value: unknown): ReceiptPart {
  const { jti, digest, type, held, code, ...more } = Object(value) as Partial<Record<string, unknown>>;
  const sound =
    isDigest(digest) &&
    TYPES.includes(type) &&
    (held === null || isDigest(held)) &&
    (code === undefined || (typeof code === 'string' && /^[a-z-]{1,64}$/.test(code))) &&
    Object.keys(more).length === 0;
  if (!sound) throw fail('token-malformed', 'a part of a receipt is not what a recipient writes');
  const part = { jti: parseJti(jti), digest, type: type as ReceiptType, held };
  return code === undefined ? part : { ...part, code: code as Code };
}
