import type { Clock } from '../../shared/kernel/clock.js';
import { moreThanHalf, moreThanTwoThirds } from '../../shared/trust/directory/quorum.js';
import { memberPolicy, witnessPolicyIn } from '../../shared/tlog/member-witnesses.js';
import type { WitnessPolicy } from '../../shared/tlog/witness-policy.js';
import type { Directory, Organisation } from '../../shared/trust/directory.js';
import { withoutAdditions } from '../../shared/trust/directory/without-additions.js';
import { mayWitness } from '../../shared/trust/directory/witness-schema.js';
import type { HeldDirectory, PendingDirectory } from './held-directory.js';

/** The name of the group in the policy; with a capital letter, which no id of an organisation has. */
const GROUP = 'Members';

interface ProvingPolicyDeps {
  readonly witnessPolicy?: WitnessPolicy | undefined;
  readonly directory: Pick<HeldDirectory, 'current' | 'pending'>;
  readonly clock: Clock;
}

/**
 * Returns a function that says who must have cosigned the log for a proof to count. While a version of the directory is pending,
 * the witnesses that prove it prove records too: a version that takes away all others would leave this gateway as the only one.
 */
export function provingPolicyIn(deps: ProvingPolicyDeps): () => WitnessPolicy {
  const { witnessPolicy, directory, clock } = deps;
  const counting = witnessPolicyIn({ ...deps, directory: directory.current });
  return () => {
    const pending = witnessPolicy === undefined ? directory.pending() : undefined;
    return pending === undefined ? counting() : provingPolicy(pending, clock());
  };
}

/**
 * Returns who must have cosigned the log before the additions of `next` count, when the members are the witnesses: those of
 * `held`, the version in force, without the ones that `next` revokes, suspends or no longer names. More than half of the witnesses of
 * `held` must cosign, so that no two groups without a common witness prove two directories, and more than two thirds of those that
 * `next` neither removes nor gives a new key. A directory that replaces half of the witnesses or more at once is therefore never proved.
 * Suspending named witnesses or revoking their keys never lowers the threshold.
 */
export function provingPolicy({ held, next }: PendingDirectory, now: Date): WitnessPolicy {
  const before = memberPolicy(held, now);
  if (before.quorum === 'none') return before;
  const isNamed = (name: string): boolean => mayWitness(next.witnesses, name);
  const remaining = memberPolicy(withoutAdditions(held, next), now).witnesses;
  const witnesses = new Map([...remaining].filter(([name]) => before.witnesses.has(name) && isNamed(name)));
  const members = [...witnesses.keys()];
  const counted = held.witnesses?.members.filter(isNamed) ?? members;
  const unchanged = counted.filter((name) => !hasNewWitnessKey(held, organisationOf(next, name)));
  const threshold = Math.max(
    moreThanTwoThirds(unchanged.length),
    moreThanHalf(held.witnesses?.members.length ?? before.witnesses.size),
  );
  return { logs: [], witnesses, groups: new Map([[GROUP, { threshold, members }]]), quorum: GROUP };
}

function organisationOf({ organisations }: Directory, name: string): Organisation | undefined {
  return [...organisations.values()].find(({ id }) => id === name);
}

function hasNewWitnessKey({ key }: Directory, organisation: Organisation | undefined): boolean {
  const keys = organisation?.keys.filter(({ use }) => use === 'witness') ?? [];
  return keys.some(({ kid }) => key(kid) === undefined);
}
