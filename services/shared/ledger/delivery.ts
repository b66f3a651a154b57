import { seconds } from '../kernel/clock.js';
import { fail } from '../kernel/errors.js';
import { type FrameId, type Jti, type OrgId, parseFrameId, parseJti, parseOrgId } from '../kernel/ids.js';
import type { Section } from '../notice/kinds.js';
import { isDigest } from '../trust/digest.js';
import type { Directory } from '../trust/directory.js';
import type { Signer } from '../trust/keys.js';
import { signSet, verifySet } from '../trust/signed-set.js';
import type { SignedSet } from '../wire/frames.js';

/** A leaf of a delivery statement: one notice of the frame as delivered to this recipient. */
export interface DeliveryPart {
  readonly jti: Jti;
  /** Digest of the SD-JWT. */
  readonly digest: string;
  /** Digest of exactly the disclosures that were delivered. */
  readonly disclosed: string;
  readonly sections: readonly Section[];
  /** Withheld sections whose existence the recipient may know. */
  readonly advertised: readonly Section[];
  readonly obligations: readonly string[];
}

/** What a delivery statement says. */
export interface StatementContent {
  readonly recipient: OrgId;
  readonly originator: OrgId;
  /** The submission that was delivered. */
  readonly frame: FrameId;
  /** Digests of the policy sets that decided, by their name. */
  readonly policies: Readonly<Record<string, string>>;
  readonly parts: readonly DeliveryPart[];
}

/** Signs, with the hub's key, what one recipient receives of one frame. */
export function signDelivery(
  { recipient, originator, frame, policies, parts }: StatementContent,
  { signer, now }: { readonly signer: Signer; readonly now: Date },
): Promise<SignedSet> {
  const claims = { iss: 'hub', iat: seconds(now), aud: recipient, originator, frame, policies };
  return signSet({ typ: 'delivery+jws', claims, parts, signer });
}

/** A verified delivery statement for this recipient. Part i belongs to notice i of the delivery. */
export interface VerifiedDelivery extends Omit<StatementContent, 'policies'> {
  readonly issuedAt: Date;
}

/**
 * Verifies a delivery statement. Throws as `verifySet` does (`audience-mismatch` for another recipient's statement),
 * `token-malformed` and `id-invalid`.
 */
export async function verifyDelivery(
  set: SignedSet,
  reading: {
    readonly directory: Directory;
    readonly recipient: OrgId;
    readonly now: Date;
    readonly recorded?: Date;
  },
): Promise<VerifiedDelivery> {
  const { directory, recipient, ...times } = reading;
  const { claims, parts } = await verifySet(set, {
    typ: 'delivery+jws',
    use: 'hub',
    key: directory.key,
    issuer: 'hub',
    audience: recipient,
    ...times,
  });
  return {
    recipient,
    originator: parseOrgId(claims['originator']),
    frame: parseFrameId(claims['frame']),
    issuedAt: new Date(Number(claims['iat']) * 1000),
    parts: parts.map(parseDeliveryPart),
  };
}

function parseDeliveryPart(value: unknown): DeliveryPart {
  const { jti, digest, disclosed, sections, advertised, obligations } = Object(value) as Partial<
    Record<string, unknown>
  >;
  const lists = [sections, advertised, obligations];
  if (!isDigest(digest) || !isDigest(disclosed) || !lists.every(isNames)) {
    throw fail('token-malformed', 'a part of a delivery statement is not what a router writes');
  }
  return {
    jti: parseJti(jti),
    digest,
    disclosed,
    sections: sections as readonly Section[],
    advertised: advertised as readonly Section[],
    obligations: obligations as readonly string[],
  };
}

function isNames(value: unknown): boolean {
  return Array.isArray(value) && value.length <= 64 && value.every((name) => typeof name === 'string');
}
