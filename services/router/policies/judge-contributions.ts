import { errorFrom } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { ReleaseFinding } from '../../shared/ledger/release/adoption-record.js';
import type { ApprovalReading } from '../../shared/ledger/release/approval.js';
import { type NamedContribution, verifyContribution } from '../../shared/ledger/release/contribution.js';
import type { VerifiedRelease } from '../../shared/ledger/release/release.js';
import type { Contribution } from '../../shared/ledger/release/release-files.js';
import type { ReleaseRow } from '../../shared/store/router/router-releases.js';
import { type Directory, isSuspended } from '../../shared/trust/directory.js';

/** The release of an organisation that is in force. */
export type ReleaseToFollow = Pick<ReleaseRow, 'version' | 'digest'>;

interface ContributionReading extends ApprovalReading {
  readonly directory: Directory;
  /** True for a member that the facts of the joint release name: the rules of no other are judged with it. */
  readonly isNamed: (org: OrgId) => boolean;
  readonly inForceOf: (org: string) => ReleaseToFollow | undefined;
}

/** The contributions to a joint release, and why it is refused for them. */
interface JudgedContributions {
  readonly contributions: readonly NamedContribution[];
  readonly findings: readonly ReleaseFinding[];
}

/**
 * Verifies what members contribute to a release of the federation: each signature as of its recording, its place after the release of
 * that member in force, that the facts name the member, that it is neither suspended nor leaving, and that it contributes once.
 * Throws what may pass.
 */
export async function verifiedContributions(
  { contributions = [] }: Pick<VerifiedRelease, 'contributions'>,
  reading: ContributionReading,
): Promise<JudgedContributions> {
  const read = await Promise.all(contributions.map((one) => readOne(one, reading)));
  const sound = read.flatMap((one) => (one instanceof Error ? [] : [one]));
  const findings = read.flatMap((one, at): readonly ReleaseFinding[] => {
    if (one instanceof Error) return [{ place: `contribution ${at + 1}`, message: one.message }];
    const isRepeated = sound.find(({ org }) => org === one.org) !== one;
    const again = { place: one.org, message: 'it contributes twice' };
    return [...(isRepeated ? [again] : []), ...contributionFindings(one, reading)];
  });
  return { contributions: sound, findings };
}

async function readOne(
  contribution: Contribution,
  { directory, now, recorded }: ContributionReading,
): Promise<NamedContribution | Error> {
  const times = { now, ...(recorded === undefined ? {} : { recorded }) };
  const read = await verifyContribution(contribution, { directory, ...times }).catch(errorFrom);
  if (read instanceof Error && read.family === 'operational') throw read;
  return read;
}

function contributionFindings(
  contribution: NamedContribution,
  { directory, isNamed, inForceOf, now }: ContributionReading,
): readonly ReleaseFinding[] {
  const { org } = contribution;
  const member = directory.organisations.get(org);
  const isActive = member !== undefined && !isSuspended(member, now) && isNamed(org);
  const inactive = { place: org, message: 'it is no member in force' };
  const misplaced = placeFindings(contribution, inForceOf(org)).map(({ message }) => ({
    place: org,
    message,
  }));
  return [...(isActive ? [] : [inactive]), ...misplaced];
}

/** How far above the version in force a release may be: one with the last number that there is would be the last one. */
const MAX_STEP = 1_000;

/** Returns why a release cannot follow the one of its organisation that is in force. */
export function placeFindings(
  { version, previous }: Pick<VerifiedRelease, 'version' | 'previous'>,
  inForce: ReleaseToFollow | undefined,
): readonly ReleaseFinding[] {
  const last = inForce?.version ?? 0;
  if (version <= last)
    return [
      { place: 'version', message: `version ${version} is not above version ${last}, which is in force` },
    ];
  if (version > last + MAX_STEP)
    return [
      {
        place: 'version',
        message: `version ${version} is more than 1,000 above version ${last}, which is in force`,
      },
    ];
  if (previous === (inForce?.digest ?? null)) return [];
  return [
    { place: 'previous', message: `it does not follow the release in force, which is version ${last}` },
  ];
}
