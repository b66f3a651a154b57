import { seconds } from '../../kernel/clock.js';
import { fail } from '../../kernel/errors.js';
import { digest } from '../digest.js';
import type { DirectoryKey } from '../directory-key.js';
import { type Claims, type Expected, SKEW_S, signJws, verifyJws } from '../jws.js';
import type { Signer } from '../keys.js';
import { claimedKid } from '../parse-compact-jws.js';
import { claimsIn } from '../token-claims.js';

/**
 * Returns the digest that an approver signs: over the claims of a notice without `notice.approval`, in the order and form in
 * which `JSON.stringify` writes them. The claims hold the digest of every disclosure, so only the gateway that signed them can
 * replace a part of the notice: it alone knows which digests are decoys.
 */
export function approvableDigest(claims: Claims): string {
  const { approval: _approval, ...header } = Object(claims['notice']) as Claims;
  return digest(JSON.stringify({ ...claims, notice: header }));
}

/** Signs the approval of a notice with the key of use `approver` of one person of its organisation. */
export function signNoticeApproval(
  claims: Claims,
  { signer, now }: { readonly signer: Signer; readonly now: Date },
): Promise<string> {
  const { aud, jti } = claims;
  const content = { iss: signer.owner, aud, iat: seconds(now), jti, notice: approvableDigest(claims) };
  return signJws('notice-approval+jws', content, signer);
}

/**
 * Verifies the approval in the claims of a notice; returns the key of the approver, undefined where there is none. Throws as
 * `verifyJws` does, and `not-approved` for the approval of another notice and for one that is dated before the notice: the approver
 * chooses the date, so that an expired key could approve under an earlier one.
 */
export async function verifyNoticeApproval(
  claims: Claims,
  by: Pick<Expected, 'key' | 'issuer' | 'audience' | 'now' | 'recorded'>,
): Promise<DirectoryKey | undefined> {
  const { approval } = Object(claims['notice']) as Claims;
  if (approval === undefined) return undefined;
  const { payload, key } = await verifyJws(String(approval), {
    ...by,
    typ: 'notice-approval+jws',
    use: 'approver',
  });
  const { jti, notice, iat } = payload;
  if (Object.keys(payload).length !== 5 || jti !== claims['jti'] || notice !== approvableDigest(claims))
    throw fail('not-approved', 'the approval is that of another notice');
  if (Number(iat) < Number(claims['iat']) - SKEW_S)
    throw fail('not-approved', 'the approval is dated before the notice');
  return key;
}

/** Returns the ids of the keys that unverified notices name as their approvers; nothing of a notice without a copy. */
export function claimedApprovers(notices: readonly { readonly sdJwt: string | null }[]): readonly string[] {
  return notices.flatMap(({ sdJwt }) => {
    if (sdJwt === null) return [];
    const { notice } = claimsIn(sdJwt.split('~', 1)[0] ?? '') as Claims;
    const { approval } = Object(notice) as Claims;
    return typeof approval === 'string' ? [claimedKid(approval)] : [];
  });
}
