import type { OrgId } from '../../kernel/ids.js';
import { moreThanHalf, moreThanTwoThirds } from '../../trust/directory/quorum.js';
import { isSuspended, type Directory } from '../../trust/directory.js';
import {
  type ApprovalReading,
  approvedByMany,
  approvedByPersons,
  type ApprovedLoosenings,
  verifiedApprovals,
} from './approval.js';
import type { VerifiedRelease } from './release.js';

/** How members approved a release of the federation. */
export interface MembersApproval extends Omit<ApprovedLoosenings, 'loosenings'> {
  /** Digests in hex of the loosenings that enough members approved. */
  readonly loosenings: ReadonlySet<string>;
  /** For each member that contributes the digests in hex of the loosenings that two of its persons approved. */
  readonly byContributor: readonly { readonly org: OrgId; readonly loosenings: readonly string[] }[];
  /** Why too few members approved the release itself; undefined where enough did. */
  readonly lacking?: string;
  /** Who decides by the rule that counts: enough members, or the operator alone that signed the release. */
  readonly by: 'members' | 'operator';
}

/** How many members approve a release: more than half, more than two thirds, or none beside the operator that signed it. */
export type ApprovalRule = 'majority' | 'two-thirds' | 'operator';

/** The directory and the times, the members that the facts in force name, and how these are counted. */
interface MembersReading extends ApprovalReading {
  readonly directory: Directory;
  readonly members: readonly string[];
  /** The host that runs the gateway of a member, by member: members of one host count once. */
  readonly hosts: ReadonlyMap<string, string>;
  readonly rule: ApprovalRule;
  /** The members whose rules a joint release changes; none by default. */
  readonly contributors?: readonly OrgId[];
}

/** Returns the smallest number of voters that is more than half, or more than two thirds, of `count`. */
export function quorumOf(count: number, rule: Exclude<ApprovalRule, 'operator'>): number {
  return rule === 'majority' ? moreThanHalf(count) : moreThanTwoThirds(count);
}

/**
 * Counts the members that approved a release of the federation, each by one of its approvers; members of one host count once. A member
 * that is suspended or leaves approves nothing and still counts among all, so that suspending members makes no quorum; one that has
 * left counts no more. Of fewer than two members none must approve it. Where the operator may decide alone, a loosening still needs more
 * than half of the members to be approved.
 */
export async function approvedByMembers(
  release: Pick<VerifiedRelease, 'digest' | 'previous' | 'approvals'>,
  { members, hosts, rule, contributors = [], ...reading }: MembersReading,
): Promise<MembersApproval> {
  const { sound, faults } = await verifiedApprovals(release, reading);
  const { all, active } = membersIn(members, reading);
  const voterOf = createVoterOf(hosts);
  const count = new Set(all.map(voterOf)).size;
  const quorum = all.length < 2 ? 0 : quorumOf(count, rule === 'operator' ? 'majority' : rule);
  const needed = rule === 'operator' ? 0 : quorum;
  const votes = sound.filter(({ org }) => active.includes(org));
  const others = sound.filter(({ org }) => !active.includes(org));
  const by = new Set(votes.map(({ org }) => voterOf(org)));
  const isAlone = quorum === 0 || (rule === 'operator' && by.size < quorum);
  const counted = count < all.length ? ', as members of one host count once' : '';
  const lacking = `${needed} of ${count} members must approve it, and ${by.size} did${counted}`;
  return {
    loosenings: approvedByMany(
      votes.map(({ org, loosenings }) => [voterOf(org), loosenings ?? []] as const),
      quorum,
    ),
    byContributor: contributors.map((member) => ({
      org: member,
      loosenings: [...approvedByPersons(sound.filter(({ org }) => org === member))],
    })),
    faults: [
      ...faults,
      ...others.map(({ org }) => `an approval does not count: \`${org}\` is no member in force`),
    ],
    ...(by.size < needed ? { lacking } : {}),
    by: isAlone ? 'operator' : 'members',
  };
}

/** Returns the function that names the voter for a member: its host, or the member itself. */
function createVoterOf(hosts: ReadonlyMap<string, string>): (org: string) => string {
  return (org) => {
    const host = hosts.get(org);
    return host === undefined ? org : `host ${host}`;
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
