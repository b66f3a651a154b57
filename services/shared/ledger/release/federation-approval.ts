import { isSuspended, type Directory } from '../../trust/directory.js';
import {
  type ApprovalReading,
  approvedByMany,
  type ApprovedLoosenings,
  verifiedApprovals,
} from './approval.js';
import type { VerifiedRelease } from './release.js';

/** How members approved a release of the federation. */
export interface MembersApproval extends Omit<ApprovedLoosenings, 'loosenings'> {
  /** Digests in hex of the loosenings that enough members approved. */
  readonly loosenings: ReadonlySet<string>;
  /** Why too few members approved the release itself; undefined where enough did. */
  readonly lacking?: string;
}

/** The directory and the times, and the members that the facts in force name. */
interface MembersReading extends ApprovalReading {
  readonly directory: Directory;
  readonly members: readonly string[];
}

/** Returns how many of `count` members must approve a release of the federation: more than half of two or more, else none. */
export function quorumOf(count: number): number {
  return count < 2 ? 0 : Math.floor(count / 2) + 1;
}

/**
 * Counts the members that approved a release of the federation, each by one of its approvers. A member that is suspended or leaves
 * approves nothing and still counts among all, so that suspending members makes no quorum; one that has left counts no more.
 */
export async function approvedByMembers(
  release: Pick<VerifiedRelease, 'digest' | 'previous' | 'approvals'>,
  { members, ...reading }: MembersReading,
): Promise<MembersApproval> {
  const { sound, faults } = await verifiedApprovals(release, reading);
  const { all, active } = membersIn(members, reading);
  const needed = quorumOf(all.length);
  const votes = sound.filter(({ org }) => active.includes(org));
  const others = sound.filter(({ org }) => !active.includes(org));
  const by = new Set(votes.map(({ org }) => org));
  const lacking = `${needed} of ${all.length} members must approve it, and ${by.size} did`;
  return {
    loosenings: approvedByMany(
      votes.map(({ org, loosenings }) => [org, loosenings ?? []] as const),
      needed,
    ),
    faults: [
      ...faults,
      ...others.map(({ org }) => `an approval does not count: \`${org}\` is no member in force`),
    ],
    ...(by.size < needed ? { lacking } : {}),
  };
}

function membersIn(
  members: readonly string[],
  { directory, now }: { readonly directory: Pick<Directory, 'organisations'>; readonly now: Date },
): { readonly all: readonly string[]; readonly active: readonly string[] } {
  const listed = [...directory.organisations.values()].filter(({ id }) => members.includes(id));
  const all = listed.filter(({ leftAt }) => leftAt === undefined || leftAt > now);
  return {
    all: all.map(({ id }) => id),
    active: all.filter((member) => !isSuspended(member, now)).map(({ id }) => id),
  };
}
