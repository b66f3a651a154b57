import { seconds } from '../../kernel/clock.js';
import { errorFrom, fail } from '../../kernel/errors.js';
import { moreThanTwoThirds } from './quorum.js';
import { type Directory, isSuspended } from '../directory.js';
import { signJws, verifyJws } from '../jws.js';
import type { Signer } from '../keys.js';
import { MAX_WITNESSES, type WitnessList } from './witness-schema.js';

/** A witness list without what approves it. */
export type WitnessChange = Omit<WitnessList, 'approvals'>;

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

type Voting = Pick<Directory, 'federation' | 'organisations' | 'witnesses' | 'key'>;

/**
 * Returns the members that approve the next witness list, in ascending order: those that the present one names; without one the first 15
 * that have a witness key and have not left.
 */
export function witnessVoters({ witnesses, organisations }: Voting): readonly string[] {
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

/**
 * Counts the members that approved a witness list, each by one of its approvers that `held` lists. More than two thirds of the voters
 * must; a suspended one does not approve and counts among them, so that no suspension makes a quorum. Of one voter none must.
 */
export async function witnessApprovals(
  { approvals, ...change }: WitnessList,
  held: Voting,
  now: Date,
): Promise<WitnessApprovals> {
  const voters = witnessVoters(held);
  const read = approvals.map((token) => voterOf(token, { change, held, now }).catch(errorFrom));
  const all = await Promise.all(read);
  const sound = new Map(
    all.flatMap((one, at) => (one instanceof Error ? [] : [[one, approvals[at] ?? ''] as const])),
  );
  return {
    by: [...sound.keys()].toSorted(),
    sound: [...sound.values()],
    needed: voters.length < 2 ? 0 : moreThanTwoThirds(voters.length),
    voters,
    faults: all.flatMap((one) =>
      one instanceof Error ? [`an approval does not count: ${one.message}`] : [],
    ),
  };
}

interface ApprovalReading {
  readonly change: WitnessChange;
  readonly held: Voting;
  readonly now: Date;
}

/** Resolves to the member that an approval is of. Throws as `verifyJws` does, and `not-approved`. */
async function voterOf(token: string, { change, held, now }: ApprovalReading): Promise<string> {
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
  // The holder of a key writes the date of an approval: one who finds an expired key could write an earlier date.
  if (key.notAfter < now) throw fail('key-expired', `key \`${key.kid}\` has expired`);
  const voter = [...held.organisations.values()].find(({ id }) => id === key.owner);
  if (voter === undefined || !witnessVoters(held).includes(voter.id) || isSuspended(voter, now))
    throw fail('not-approved', `\`${key.owner}\` is no witness that is in force`);
  return voter.id;
}

/** Throws `not-approved` for a version that names other witnesses than `held` does without enough approvals by these. */
export async function requireWitnessesApproved(held: Voting, next: Directory): Promise<void> {
  const { witnesses } = next;
  if (witnesses === undefined || witnesses.number === held.witnesses?.number) return;
  const { by, needed, voters } = await witnessApprovals(witnesses, held, next.issuedAt);
  if (by.length >= needed) return;
  throw fail(
    'not-approved',
    `list ${witnesses.number} of witnesses: ${needed} of ${voters.length} earlier witnesses must approve it, and ${by.length} did`,
  );
}
