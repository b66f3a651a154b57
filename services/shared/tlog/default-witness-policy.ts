import { formatVkey, type NoteKey } from './vkey.js';

/** A witness under the name that the policy gives it. */
export interface NamedWitness {
  readonly name: string;
  readonly key: NoteKey;
}

/** The most witnesses of a policy: every reader of a note takes 16 signatures, and one of them is the log's. */
const MAX_WITNESSES = 15;

/** The group of all of them; no organisation has a capital letter in its id. */
const GROUP = 'Members';

/**
 * Writes the policy of a federation: more than two thirds of its first 15 witnesses must have cosigned. Any two quorums then
 * share an honest witness, as long as at most a third of the witnesses are dishonest.
 */
export function defaultWitnessPolicy(logs: readonly NoteKey[], witnesses: readonly NamedWitness[]): string {
  const members = witnesses.slice(0, MAX_WITNESSES);
  const threshold = Math.floor((2 * members.length) / 3) + 1;
  const quorum =
    members.length === 0
      ? ['quorum none']
      : [`group ${GROUP} ${threshold} ${members.map(({ name }) => name).join(' ')}`, `quorum ${GROUP}`];
  const lines = [
    ...logs.map((key) => `log ${formatVkey(key)}`),
    ...members.map(({ name, key }) => `witness ${name} ${formatVkey(key)}`),
    ...quorum,
  ];
  return lines.map((line) => `${line}\n`).join('');
}
