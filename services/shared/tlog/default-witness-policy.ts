import type { NoteKey } from './vkey.js';
import type { WitnessPolicy } from './witness-policy.js';

/** A witness under the name that the policy gives it. */
export interface NamedWitness {
  readonly name: string;
  readonly key: NoteKey;
}

/** The most witnesses of a policy: every reader of a note takes 16 signatures, and one of them is the log's. */
export const MAX_WITNESSES = 15;

/** The group of all of them; no organisation has a capital letter in its id. */
const GROUP = 'Members';

/**
 * Returns the policy of a federation: more than two thirds of its first 15 witnesses must have cosigned. Any two quorums then
 * share an honest witness, as long as at most a third of the witnesses are dishonest. It names no log.
 */
export function defaultWitnessPolicy(all: readonly NamedWitness[]): WitnessPolicy {
  const witnesses = new Map(all.slice(0, MAX_WITNESSES).map(({ name, key }) => [name, key]));
  if (witnesses.size === 0) return { logs: [], witnesses, groups: new Map(), quorum: 'none' };
  const members = [...witnesses.keys()];
  const threshold = Math.floor((2 * members.length) / 3) + 1;
  return { logs: [], witnesses, groups: new Map([[GROUP, { threshold, members }]]), quorum: GROUP };
}
