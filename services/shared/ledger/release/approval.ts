import { seconds } from '../../kernel/clock.js';
import { errorFrom, fail } from '../../kernel/errors.js';
import type { OrgId } from '../../kernel/ids.js';
import { isDigest } from '../../trust/digest.js';
import type { Directory } from '../../trust/directory.js';
import { type DirectoryKey, personOf } from '../../trust/directory-key.js';
import { type Claims, signJws, verifyJws } from '../../trust/jws.js';
import type { Signer } from '../../trust/keys.js';
import type { VerifiedRelease } from './release.js';

/** What an approver signs: one release, and each loosening of it by its whole digest in hex. */
export interface ApprovalContent {
  /** Digest of the release. */
  readonly release: string;
  readonly previous: string | null;
  /**
   * Null: whatever the first release of an organisation opens. What that is, no router can say before the organisation is a
   * member; its rules open nothing else than what their text permits.
   */
  readonly loosenings: readonly string[] | null;
}

/** The most loosenings of one approval. */
const MAX_LOOSENINGS = 1_024;
const LOOSENING = /^[0-9a-f]{64}$/;
/** How many persons must approve a loosening. */
const PERSONS = 2;

/** Signs an approval with a key of use `approver`, which one person of the organisation holds. */
export function signApproval(
  { release, previous, loosenings }: ApprovalContent,
  { signer, federation, now }: { readonly signer: Signer; readonly federation: string; readonly now: Date },
): Promise<string> {
  const head = { iss: signer.owner, aud: federation, iat: seconds(now) };
  const sorted = loosenings && [...new Set(loosenings)].toSorted();
  return signJws('approval+jws', { ...head, release, previous, loosenings: sorted }, signer);
}

/** Which loosenings of a release are approved, and why approvals do not count. */
export interface ApprovedLoosenings {
  /** Digests in hex of the loosenings that two persons of the organisation approved; null: every loosening. */
  readonly loosenings: ReadonlySet<string> | null;
  /** One sentence for each approval that does not count. */
  readonly faults: readonly string[];
}

/** The directory and the times by which approvals are verified. */
export interface ApprovalReading {
  readonly directory: Pick<Directory, 'federation' | 'key'>;
  readonly now: Date;
  readonly recorded?: Date;
}

/**
 * Returns which loosenings of a release two different persons approved, each with a key of use `approver` of its organisation.
 * An approval that cannot be verified, is about another release, or is of a key that had expired when the release was recorded,
 * does not count.
 */
export async function approvedLoosenings(
  release: Pick<VerifiedRelease, 'org' | 'digest' | 'previous' | 'approvals'>,
  reading: ApprovalReading,
): Promise<ApprovedLoosenings> {
  const { sound, faults } = await verifiedApprovals(release, { ...reading, issuer: release.org });
  const ofAll = sound.filter(({ loosenings }) => loosenings === null).map(({ person }) => person);
  const isWhole = new Set(ofAll).size >= PERSONS;
  return { loosenings: isWhole ? null : approvedByPersons(sound), faults };
}

/** Returns the loosenings that two different persons approved. */
export function approvedByPersons(
  approvals: readonly Pick<SoundApproval, 'person' | 'loosenings'>[],
): ReadonlySet<string> {
  const listed = approvals.flatMap(({ loosenings }) => loosenings ?? []);
  const votes = approvals.map(({ person, loosenings }) => [person, loosenings ?? listed] as const);
  return approvedByMany(votes, PERSONS);
}

/** An approval whose signature is valid and that is about the release. */
interface SoundApproval {
  readonly org: string;
  readonly person: string;
  readonly loosenings: ApprovalContent['loosenings'];
}

/** Verifies the approvals of a release, by approvers of one organisation, or of any without `issuer`. */
export async function verifiedApprovals(
  release: Pick<VerifiedRelease, 'digest' | 'previous' | 'approvals'>,
  reading: ApprovalReading & { readonly issuer?: OrgId },
): Promise<{ readonly sound: readonly SoundApproval[]; readonly faults: readonly string[] }> {
  const read = release.approvals.map((token) =>
    verifyApproval(token, release, reading).catch((thrown: unknown) => errorFrom(thrown)),
  );
  const all = await Promise.all(read);
  return {
    sound: all.flatMap((one) => (one instanceof Error ? [] : [one])),
    faults: all.flatMap((one) =>
      one instanceof Error ? [`an approval does not count: ${one.message}`] : [],
    ),
  };
}

/** Returns the loosenings that at least so many different voters approved. */
export function approvedByMany(
  votes: Iterable<readonly [voter: string, loosenings: readonly string[]]>,
  needed: number,
): ReadonlySet<string> {
  const voters = new Map<string, Set<string>>();
  for (const [voter, loosenings] of votes)
    for (const loosening of loosenings)
      voters.set(loosening, (voters.get(loosening) ?? new Set()).add(voter));
  return new Set([...voters].filter(([, by]) => by.size >= needed).map(([loosening]) => loosening));
}

async function verifyApproval(
  token: string,
  { digest, previous }: Pick<VerifiedRelease, 'digest' | 'previous'>,
  { directory, issuer, ...times }: ApprovalReading & { readonly issuer?: OrgId },
): Promise<SoundApproval> {
  const { payload, key } = await verifyJws(token, {
    typ: 'approval+jws',
    use: 'approver',
    key: directory.key,
    ...(issuer === undefined ? {} : { issuer }),
    audience: directory.federation,
    ...times,
  });
  requireUnended(key, times);
  const approval = parseApproval(payload);
  if (approval.release !== digest || approval.previous !== previous)
    throw fail('token-malformed', 'it is about another release');
  if (approval.loosenings === null && (issuer === undefined || previous !== null))
    throw fail('token-malformed', 'only the first release of an organisation is approved as a whole');
  return { org: key.owner, person: personOf(key), loosenings: approval.loosenings };
}

/** The holder of a key writes the date of an approval: one who finds an expired key could write an earlier date. */
function requireUnended(
  { kid, notAfter }: DirectoryKey,
  { now, recorded = now }: Omit<ApprovalReading, 'directory'>,
): void {
  if (notAfter < recorded)
    throw fail('key-expired', `key \`${kid}\` had expired when the release was recorded`);
}

function parseApproval(claims: Claims): ApprovalContent {
  const { iss: _iss, aud: _aud, iat: _iat, release, previous, loosenings, ...more } = claims;
  const isSound =
    Object.keys(more).length === 0 &&
    isDigest(release) &&
    (previous === null || isDigest(previous)) &&
    (loosenings === null || isListOfDigests(loosenings));
  if (!isSound) throw fail('token-malformed', 'it is not what an approver signs');
  return {
    release,
    previous: previous as string | null,
    loosenings: loosenings as ApprovalContent['loosenings'],
  };
}

function isListOfDigests(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length <= MAX_LOOSENINGS &&
    value.every((one) => typeof one === 'string' && LOOSENING.test(one))
  );
}
