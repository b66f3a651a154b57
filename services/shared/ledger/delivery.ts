import { seconds } from '../kernel/clock.js';
import { fail } from '../kernel/errors.js';
import { type FrameId, type Jti, type OrgId, parseFrameId, parseJti, parseOrgId } from '../kernel/ids.js';
import type { Section } from '../notice/kinds.js';
import { isDigest } from '../trust/digest.js';
import type { Directory } from '../trust/directory.js';
import type { Signer } from '../trust/keys.js';
import { signSet, verifySet } from '../trust/signed-set.js';
import type { SignedSet } from '../wire/frames.js';

/** A leaf of a delivery statement: one notice of the frame, as this recipient gets it. */
export interface DeliveryPart {
  readonly jti: Jti;
  /** SD-JWT digest. */
  readonly digest: string;
  /** Disclosed digest of exactly what was delivered. */
  readonly disclosed: string;
  readonly sections: readonly Section[];
  /** Withheld sections that the recipient may know of. */
  readonly advertised: readonly Section[];
  readonly obligations: readonly string[];
}

export interface StatementContent {
  readonly recipient: OrgId;
  readonly originator: OrgId;
  /** The submission that caused it. */
  readonly frame: FrameId;
  readonly policies: Readonly<Record<string, string>>;
  readonly parts: readonly DeliveryPart[];
}

/** The hub's signature over what one recipient gets of one frame. */
export function signDelivery(
  { recipient, originator, frame, policies, parts }: StatementContent,
  { signer, now }: { readonly signer: Signer; readonly now: Date },
): Promise<SignedSet> {
  const claims = { iss: 'hub', iat: seconds(now), aud: recipient, originator, frame, policies };
  return signSet({ typ: 'delivery+jws', claims, parts, signer });
}

/** A delivery statement that names this recipient; leaf i belongs to notice i of its frame. */
export interface VerifiedDelivery extends Omit<StatementContent, 'policies'> {
  readonly issuedAt: Date;
}

/** Throws as `verifySet` does (`audience-mismatch` for another recipient's), and `token-malformed` or `id-invalid`. */
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
