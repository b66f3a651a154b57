import { seconds } from '../../kernel/clock.js';
import { fail } from '../../kernel/errors.js';
import { type Jti, parseJti } from '../../kernel/ids.js';
import { ACTION_REASONS } from '../../notice/action-verbs.js';
import { personOf } from '../directory-key.js';
import { type Expected, signJws, verifyJws } from '../jws.js';
import type { Signer } from '../keys.js';

interface ReviewContent {
  /** The revision that used break-glass. */
  readonly jti: string;
  /** `justified` or `unjustified`. */
  readonly finding: string;
}

interface ReviewSigning {
  readonly signer: Signer;
  readonly federation: string;
  readonly now: Date;
}

/** Signs the review of break-glass with the key of use `approver` of one person of the originator. */
export function signReview(
  { jti, finding }: ReviewContent,
  { signer, federation, now }: ReviewSigning,
): Promise<string> {
  const content = { iss: signer.owner, aud: federation, iat: seconds(now), jti, finding };
  return signJws('review+jws', content, signer);
}

/** A verified review. */
export interface VerifiedReview {
  readonly jti: Jti;
  readonly finding: string;
  /** The person who reviewed, as names are compared. */
  readonly person: string;
}

/**
 * Verifies a review. Throws as `verifyJws` does, `token-malformed` for other claims, `id-invalid`, and `key-expired` for the review of
 * an expired key that is not recorded yet: its person chooses the date of a signature.
 */
export async function verifyReview(
  review: string,
  by: Pick<Expected, 'key' | 'issuer' | 'audience' | 'now' | 'recorded'>,
): Promise<VerifiedReview> {
  const { payload, key } = await verifyJws(review, { ...by, typ: 'review+jws', use: 'approver' });
  if (by.recorded === undefined && key.notAfter < by.now)
    throw fail('key-expired', `key \`${key.kid}\` had expired before its review was recorded`);
  const { jti, finding } = payload;
  if (Object.keys(payload).length !== 5 || !ACTION_REASONS.review.some((one) => one === finding))
    throw fail('token-malformed', 'a review has an unknown finding or claim');
  return { jti: parseJti(jti), finding: String(finding), person: personOf(key) };
}
