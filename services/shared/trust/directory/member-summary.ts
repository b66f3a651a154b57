import { groupBy } from '../../kernel/group-by.js';
import type { MemberSummary, ShownKey, ShownKeyUse } from '../../wire/shown-member.js';
import { type DirectoryKey, isInForce, type Organisation } from '../directory.js';
import { memberState } from './member-state.js';

/** How many days before its end a key counts as ending soon: a site asks for the next one long before. */
export const KEY_SOON_DAYS = 30;

/** Returns a member as it is at `now`. */
export function memberSummary(member: Organisation, now: Date): MemberSummary {
  const { id, name, contact = null, contract, suspendedAt, leavingAt, leftAt } = member;
  const uses = keyUses(member, now);
  const ends = uses.map(({ until }) => until);
  return {
    id,
    name,
    state: memberState(member, now),
    suspendedAt: suspendedAt?.toISOString() ?? null,
    leavingAt: leavingAt?.toISOString() ?? null,
    leftAt: leftAt?.toISOString() ?? null,
    contact,
    contract,
    uses,
    keysEnd: ends.some((end) => end === null) ? null : (ends.toSorted()[0] ?? null),
  };
}

function keyUses({ keys }: Organisation, now: Date): readonly ShownKeyUse[] {
  const soon = new Date(now.getTime() + KEY_SOON_DAYS * 86_400_000).toISOString();
  return [...groupBy(keys, ({ use }) => use)].map(([use, ofUse]): ShownKeyUse => {
    const ends = ofUse.filter((key) => isInForce(key, now)).map(({ notAfter }) => notAfter.toISOString());
    const until = ends.toSorted().at(-1) ?? null;
    if (until === null) return { use, until, state: 'ended' };
    return { use, until, state: until <= soon ? 'soon' : 'good' };
  });
}

/** Returns a key of the directory as it is at `now`. */
export function shownKey(key: DirectoryKey, now: Date): ShownKey {
  const { kid, owner, use, person = null, notBefore, notAfter, revokedAt } = key;
  return {
    kid,
    owner,
    use,
    person,
    notBefore: notBefore.toISOString(),
    notAfter: notAfter.toISOString(),
    revokedAt: revokedAt?.toISOString() ?? null,
    state: keyState(key, now),
  };
}

function keyState({ notBefore, notAfter, revokedAt }: DirectoryKey, now: Date): ShownKey['state'] {
  if (revokedAt !== undefined && revokedAt <= now) return 'revoked';
  if (notAfter < now) return 'expired';
  return notBefore > now ? 'not yet' : 'in force';
}
