import { seconds } from '../../kernel/clock.js';
import { errorFrom, fail } from '../../kernel/errors.js';
import { moreThanTwoThirds } from './quorum.js';
import { type Directory, isSuspended } from '../directory.js';
import { signJws, verifyJws } from '../jws.js';
import type { Signer } from '../keys.js';
import { MAX_WITNESSES, type WitnessList } from './witness-schema.js';

/** What approvers sign of a witness list. */
export type WitnessChange = Pick<WitnessList, 'number' | 'members'>;

/** The longest age of an approval that counts, in seconds. */
const APPROVED_WITHIN_S = 30 * 86_400;

/** How members approved a witness list. */
export interface WitnessApprovals {
  /** The members that approved it, in ascending order. */
  readonly by: readonly string[];
  /** Their approvals, one of each. */
  readonly sound: readonly string[];
  /** How many of `voters` must approve it. */
  readonly needed: number;
  readonly voters: readonly string[];
  /** One sentence for each approval that does not count. */
  readonly faults: readonly string[];
}

type Voting = Pick<Directory, 'federation' | 'issuedAt' | 'organisations' | 'witnesses' | 'key'>;

/**
 * Returns the members that approve the next witness list, in ascending order: those that the present one names; without one the first 15
 * that have a witness key and have not left.
 */
export function witnessVoters({
  witnesses,
  organisations,
}: Pick<Voting, 'witnesses' | 'organisations'>): readonly string[] {
  if (witnesses !== undefined) return witnesses.members;
  const all = [...organisations.values()].filter(
    ({ keys, leftAt }) => leftAt === undefined && keys.some(({ use }) => use === 'witness'),
  );
  return all
    .slice(0, MAX_WITNESSES)
    .map(({ id }): string => id)
    .toSorted();
}

/** Signs the approval of a witness list with a key of use `approver`, for the member whose key it is. */
export function signWitnessApproval(
  { number, members }: WitnessChange,
  { signer, federation, now }: { readonly signer: Signer; readonly federation: string; readonly now: Date },
): Promise<string> {
  const head = { iss: signer.owner, aud: federation, iat: seconds(now) };
  return signJws('witness-approval+jws', { ...head, number, members }, signer);
}

/** Returns how many of these voters must approve a list: more than two thirds; with fewer than two voters none. */
export function neededApprovals(voters: readonly string[]): number {
  return voters.length < 2 ? 0 : moreThanTwoThirds(voters.length);
}

/**
 * Counts the members that approved a witness list. An approval counts if it was signed in the 30 days before the date of the list (before
 * `held` was signed, if that is later) with an approver key that `held` lists, does not revoke, and that was in force then. A suspended
 * voter does not approve and still counts among the voters, so that no suspension makes a quorum.
 */
export async function witnessApprovals(
  { number, members, since, approvals }: WitnessList,
  held: Voting,
): Promise<WitnessApprovals> {
  const voters = witnessVoters(held);
  const now = new Date(Math.max(Date.parse(since), held.issuedAt.getTime()));
  const reading = { change: { number, members }, held, voters, now };
  const read = approvals.map((token) => voterOf(token, reading).catch(errorFrom));
  const all = await Promise.all(read);
  const sound = new Map(
    all.flatMap((one, at) => (one instanceof Error ? [] : [[one, approvals[at] ?? ''] as const])),
  );
  return {
    by: [...sound.keys()].toSorted(),
    sound: [...sound.values()],
    needed: neededApprovals(voters),
    voters,
    faults: all.flatMap((one) =>
      one instanceof Error ? [`an approval does not count: ${one.message}`] : [],
    ),
  };
}

interface VoteReading {
  readonly change: WitnessChange;
  readonly held: Voting;
  readonly voters: readonly string[];
  readonly now: Date;
}

/** Resolves to the member that an approval is of. Throws as `verifyJws` does, and `not-approved`. */
async function voterOf(token: string, { change, held, voters, now }: VoteReading): Promise<string> {
  const { payload, key } = await verifyJws(token, {
    typ: 'witness-approval+jws',
    use: 'approver',
    key: held.key,
    audience: held.federation,
    now,
  });
  const { iss: _iss, aud: _aud, iat: _iat, ...approved } = payload;
  const { number, members } = change;
  if (JSON.stringify(approved) !== JSON.stringify({ number, members }))
    throw fail('not-approved', `\`${key.kid}\` approved another list`);
  if (Number(payload['iat']) < seconds(now) - APPROVED_WITHIN_S)
    throw fail('not-approved', `\`${key.kid}\` approved it more than 30 days before`);
  // The root writes the dates of a list and of a version: what `held` revokes stays revoked whatever they are.
  if (key.revokedAt !== undefined) throw fail('key-revoked', `key \`${key.kid}\` was revoked`);
  // The holder of a key writes the date of an approval: one who finds an expired key could write an earlier date.
  if (key.notAfter < now) throw fail('key-expired', `key \`${key.kid}\` has expired`);
  const voter = [...held.organisations.values()].find(({ id }) => id === key.owner);
  if (voter === undefined || !voters.includes(voter.id) || isSuspended(voter, now))
    throw fail('not-approved', `\`${key.owner}\` is not a present witness, or is suspended`);
  return voter.id;
}

/** Throws `not-approved` for a version that names other witnesses than `held` does without enough approvals by these. */
export async function requireWitnessesApproved(
  held: Voting,
  { witnesses }: Pick<Directory, 'witnesses'>,
): Promise<void> {
  if (witnesses === undefined || witnesses.number === held.witnesses?.number) return;
  const { by, needed, voters, faults } = await witnessApprovals(witnesses, held);
  if (by.length >= needed) return;
  const [fault] = faults;
  throw fail(
    'not-approved',
    `list ${witnesses.number} of witnesses: ${needed} of ${voters.length} earlier witnesses must approve it, and ${by.length} did` +
      (fault === undefined ? '' : `; ${fault}`),
  );
}
