import { moreThanTwoThirds } from '../trust/directory/quorum.js';
import { MAX_WITNESSES } from '../trust/directory/witness-schema.js';
import type { NoteKey } from './vkey.js';
import type { WitnessPolicy } from './witness-policy.js';

/** A witness under the name that the policy gives it. */
export interface NamedWitness {
  readonly name: string;
  readonly key: NoteKey;
}

/** The group of all of them; no organisation has a capital letter in its id. */
const GROUP = 'Members';

/**
 * Returns the policy of a federation: more than two thirds of `count` must have cosigned, by default of the first 15 given witnesses.
 * Any two quorums then share an honest witness, as long as at most a third of the witnesses are dishonest. It names no log. `count`
 * includes witnesses without a key in force, which are not given.
 */
export function defaultWitnessPolicy(
  all: readonly NamedWitness[],
  count: number = Math.min(all.length, MAX_WITNESSES),
): WitnessPolicy {
  const witnesses = new Map(all.slice(0, MAX_WITNESSES).map(({ name, key }) => [name, key]));
  if (witnesses.size === 0) return { logs: [], witnesses, groups: new Map(), quorum: 'none' };
  const members = [...witnesses.keys()];
  const groups = new Map([[GROUP, { threshold: moreThanTwoThirds(count), members }]]);
  return { logs: [], witnesses, groups, quorum: GROUP };
}
