import { fail } from '../../shared/kernel/errors.js';
import { type Directory, isInForce, isSuspended } from '../../shared/trust/directory.js';
import { moreThanHalf } from '../../shared/trust/directory/quorum.js';
import { witnessVoters } from '../../shared/trust/directory/witness-list.js';
import { MAX_WITNESSES, MIN_WITNESSES } from '../../shared/trust/directory/witness-schema.js';
import { findListed } from '../org/change-member.js';

/**
 * Requires that each proposed member can cosign and that more than half of the present witnesses stay, which prove the version to the
 * gateways. Throws `usage`, and `organisation-unknown`.
 */
export function requireProvable(directory: Directory, members: readonly string[], now: Date): void {
  if (members.length < MIN_WITNESSES || members.length > MAX_WITNESSES)
    throw fail('usage', `${members.length} witnesses: expected ${MIN_WITNESSES} to ${MAX_WITNESSES}`);
  for (const id of members) {
    const member = findListed(directory.organisations.values(), id);
    if (isSuspended(member, now)) throw fail('usage', `\`${id}\` is suspended, is leaving or has left`);
    if (!member.keys.some((key) => key.use === 'witness' && isInForce(key, now)))
      throw fail('usage', `\`${id}\` has no witness key in force`);
  }
  const before = witnessVoters(directory);
  const kept = before.filter((id) => members.includes(id)).length;
  if (before.length === 0 || kept >= moreThanHalf(before.length)) return;
  throw fail(
    'usage',
    `${before.length - kept} of ${before.length} witnesses would be replaced: more than half must stay, ` +
      'because they prove the new list to gateways; change it in steps',
  );
}
