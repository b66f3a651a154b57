import { memberPolicy } from '../../shared/tlog/member-witnesses.js';
import type { WitnessPolicy } from '../../shared/tlog/witness-policy.js';
import type { Directory, Organisation } from '../../shared/trust/directory.js';
import { withoutAdditions } from '../../shared/trust/directory/without-additions.js';

/** The name of the group in the policy; with a capital letter, which no id of an organisation has. */
const GROUP = 'Members';

/**
 * Returns who must have cosigned the log before the additions of `next` count, when the members are the witnesses: those of
 * `held`, the version in force, without the ones that `next` revokes or suspends. More than half of the witnesses of `held` must
 * cosign, so that no two groups without a common witness prove two directories, and more than two thirds of those that `next`
 * neither removes nor gives a new key. A directory that replaces half of the witnesses or more at once is therefore never proved.
 */
export function provingPolicy(held: Directory, next: Directory, now: Date): WitnessPolicy {
  const before = memberPolicy(held, now);
  const left = withoutAdditions(held, next);
  const remaining = memberPolicy(left, now).witnesses;
  const members = [...before.witnesses.keys()].filter((name) => remaining.has(name));
  if (before.quorum === 'none') return before;
  const unchanged = members.filter((name) => !hasNewWitnessKey(held, organisationOf(next, name)));
  const threshold = Math.max(
    Math.floor((2 * unchanged.length) / 3) + 1,
    Math.floor(before.witnesses.size / 2) + 1,
  );
  const witnesses = new Map([...remaining].filter(([name]) => members.includes(name)));
  return { logs: [], witnesses, groups: new Map([[GROUP, { threshold, members }]]), quorum: GROUP };
}

function organisationOf({ organisations }: Directory, name: string): Organisation | undefined {
  return [...organisations.values()].find(({ id }) => id === name);
}

function hasNewWitnessKey({ key }: Directory, organisation: Organisation | undefined): boolean {
  const keys = organisation?.keys.filter(({ use }) => use === 'witness') ?? [];
  return keys.some(({ kid }) => key(kid) === undefined);
}
