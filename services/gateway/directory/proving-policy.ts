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

interface RecordPolicyDeps {
  readonly witnessPolicy?: WitnessPolicy | undefined;
  readonly directory: Pick<HeldDirectory, 'current' | 'pending'>;
  readonly clock: Clock;
}

/**
 * Returns a function that says who must have cosigned the log for a record to be proved. While a version of the directory is pending, as
 * many as by the version in force, of the witnesses that the pending one neither suspends nor revokes: so no version that is not proved
 * makes fewer enough, whatever it lists.
 */
export function recordPolicyIn(deps: RecordPolicyDeps): () => WitnessPolicy {
  const { witnessPolicy, directory, clock } = deps;
  const counting = witnessPolicyIn({ ...deps, directory: directory.current });
  return () => {
    const pending = witnessPolicy === undefined ? directory.pending() : undefined;
    if (pending === undefined) return counting();
    const before = memberPolicy(pending.held, clock());
    const group = before.groups.get(before.quorum);
    return group === undefined ? before : policyOf(knownIn(before, counting()), group.threshold);
  };
}

/** Returns the witnesses of the second policy that the first one has too, by their names. */
function knownIn(before: WitnessPolicy, { witnesses }: WitnessPolicy): WitnessPolicy['witnesses'] {
  return new Map([...witnesses].filter(([name]) => before.witnesses.has(name)));
}

function policyOf(witnesses: WitnessPolicy['witnesses'], threshold: number): WitnessPolicy {
  const groups = new Map([[GROUP, { threshold, members: [...witnesses.keys()] }]]);
  return { logs: [], witnesses, groups, quorum: GROUP };
}

/**
 * Returns who must have cosigned the log for `next` to be proved, when the members are the witnesses: those of
 * `held`, the version in force, without the ones that `next` revokes, suspends or no longer names. More than half of the witnesses of
 * `held` must cosign, so that no two groups without a common witness prove two directories, and more than two thirds of those that
 * `next` neither removes nor gives a new key. A directory that replaces half of the witnesses or more at once is therefore never proved.
 * Suspending named witnesses or revoking their keys never lowers the threshold.
 */
export function provingPolicy({ held, next }: PendingDirectory, now: Date): WitnessPolicy {
  const before = memberPolicy(held, now);
  if (before.quorum === 'none') return before;
  const isNamed = (name: string): boolean => mayWitness(next.witnesses, name);
  const witnesses = new Map(
    [...knownIn(before, memberPolicy(withoutAdditions(held, next), now))].filter(([name]) => isNamed(name)),
  );
  const counted = held.witnesses?.members.filter(isNamed) ?? [...witnesses.keys()];
  const unchanged = counted.filter((name) => !hasNewWitnessKey(held, organisationOf(next, name)));
  const threshold = Math.max(
    moreThanTwoThirds(unchanged.length),
    moreThanHalf(held.witnesses?.members.length ?? before.witnesses.size),
  );
  return policyOf(witnesses, threshold);
}

function organisationOf({ organisations }: Directory, name: string): Organisation | undefined {
  return [...organisations.values()].find(({ id }) => id === name);
}

function hasNewWitnessKey({ key }: Directory, organisation: Organisation | undefined): boolean {
  const keys = organisation?.keys.filter(({ use }) => use === 'witness') ?? [];
  return keys.some(({ kid }) => key(kid) === undefined);
}
