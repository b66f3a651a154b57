import type { OrgId } from '../../kernel/ids.js';
import type { Directory, Organisation } from '../directory.js';
import type { DirectoryKey } from '../directory-key.js';

/**
 * Returns what a version of the directory leaves of the one in force while its additions do not count: no organisation, key or
 * fact that `held` lacks, no later date and no larger quota, but everything that `next` revokes, shortens, suspends or removes.
 * The hub's keys are those of `next`, except of persons: they sign the log that proves the additions. `isOwn` says which further keys
 * count at once, because the reader made them. What only the later dates of a key accept is refused for now, not for good.
 */
export function withoutAdditions(
  held: Directory,
  next: Directory,
  isOwn: (key: DirectoryKey) => boolean = () => false,
): Directory {
  const organisations = new Map(
    [...held.organisations].flatMap(([id, organisation]) => {
      const after = next.organisations.get(id);
      if (after === undefined) return [];
      const left = narrowed(organisation, after);
      const own = after.keys.filter((key) => isOwn(key) && left.keys.every(({ kid }) => kid !== key.kid));
      return [[id, { ...left, keys: [...left.keys, ...own] }] as const];
    }),
  );
  const ofPersons = narrowedKeys(held.hub.keys.filter(isOfOperator), next.hub.keys);
  const hub = { ...next.hub, keys: [...next.hub.keys.filter((key) => !isOfOperator(key)), ...ofPersons] };
  const keys = [hub, ...organisations.values()].flatMap((owner) => owner.keys);
  const byKid = new Map(keys.map((key) => [key.kid, key]));
  const { witnesses: _witnesses, ...others } = next;
  const witnesses = optional('witnesses', held.witnesses);
  return { ...others, hub, organisations, ...witnesses, key: (kid) => byKid.get(kid) };
}

const isOfOperator = ({ use }: DirectoryKey): boolean => use === 'operator';

function narrowed(held: Organisation, next: Organisation): Organisation {
  return {
    ...held,
    ...optional('contact', next.contact),
    contract: next.contract,
    groups: common(held.groups, next.groups),
    accreditedFor: common(held.accreditedFor, next.accreditedFor),
    agreements: common<OrgId>(held.agreements, next.agreements),
    quotas: { perMinute: Math.min(held.quotas.perMinute, next.quotas.perMinute) },
    ...optional('suspendedAt', earlier(held.suspendedAt, next.suspendedAt)),
    ...optional('leavingAt', earlier(held.leavingAt, next.leavingAt)),
    ...optional('leftAt', earlier(held.leftAt, next.leftAt)),
    keys: narrowedKeys(held.keys, next.keys),
  };
}

function narrowedKeys(held: readonly DirectoryKey[], next: readonly DirectoryKey[]): readonly DirectoryKey[] {
  return held.flatMap((key) => {
    const after = next.find(({ kid, x }) => kid === key.kid && x === key.x);
    if (after === undefined) return [];
    const notBefore = key.notBefore > after.notBefore ? key.notBefore : after.notBefore;
    const notAfter = key.notAfter < after.notAfter ? key.notAfter : after.notAfter;
    const revokedAt = earlier(key.revokedAt, after.revokedAt);
    const proposed = after.notBefore < notBefore || after.notAfter > notAfter ? after : undefined;
    return [
      { ...key, notBefore, notAfter, ...optional('proposed', proposed), ...optional('revokedAt', revokedAt) },
    ];
  });
}

function common<T>(held: readonly T[], next: readonly T[]): readonly T[] {
  return held.filter((one) => next.includes(one));
}

function earlier(one: Date | undefined, other: Date | undefined): Date | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one < other ? one : other;
}

function optional<Name extends string, T>(name: Name, value: T | undefined): { [N in Name]?: T } {
  return (value === undefined ? {} : { [name]: value }) as { [N in Name]?: T };
}
