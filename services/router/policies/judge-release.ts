import { errorFrom, isCode } from '../../shared/kernel/errors.js';
import { type OrgId, parseOrgId } from '../../shared/kernel/ids.js';
import type { AdoptionPart, ReleaseFinding } from '../../shared/ledger/release/adoption-record.js';
import { LEDGER_OWNER } from '../../shared/ledger/command-content.js';
import { type ApprovalReading, approvedLoosenings } from '../../shared/ledger/release/approval.js';
import { type ApprovalRule, approvedByMembers } from '../../shared/ledger/release/federation-approval.js';
import { type VerifiedRelease, verifyRelease } from '../../shared/ledger/release/release.js';
import type { PolicyBundle } from '../../shared/policy/adopted/bundle.js';
import { releasedFacts, releasedTerms } from '../../shared/policy/adopted/bundle-facts.js';
import { type FederationChange, federationChange } from '../../shared/policy/adopted/federation-change.js';
import type {
  JudgeVerdict,
  PassedFolder,
  SignedApprovals,
} from '../../shared/policy/adopted/policy-judge.js';
import { MEMBERS_FILE } from '../../shared/policy/federation-files.js';
import type { QuorumTerms } from '../../shared/policy/quorum-terms.js';
import type { SubmittedRelease } from '../../shared/store/router/router-releases.js';
import type { Directory } from '../../shared/trust/directory.js';
import { placeFindings, type ReleaseToFollow, verifiedContributions } from './judge-contributions.js';
import { federationFilesBy, federationFilesOf } from './release-set.js';

/** What a release is judged by. */
export interface ReleaseJudging {
  readonly directory: Directory;
  readonly now: Date;
  /** Returns the release of an organisation that is in force. */
  readonly inForceOf: (org: string) => ReleaseToFollow | undefined;
  /** The bundle in force, whose terms say how a release of the federation is approved. */
  readonly inForce: PolicyBundle;
  /** The members that the facts in force name: so many of them approve a release of the federation. */
  readonly members: readonly string[];
  /** Passes the adopted policies with the files of these releases through the policy gate. */
  readonly gate: (releases: readonly FilesOfRelease[], signed: SignedApprovals) => Promise<JudgeVerdict>;
}

/** The files of one release, and whose they are. */
export type FilesOfRelease = Pick<VerifiedRelease, 'org' | 'files'>;

/** The verdict about a release; of an adopted one also who approved it, as its record says. */
export type ReleaseVerdict =
  | { readonly adopt: true; readonly passed: PassedFolder; readonly approvedBy: AdoptionPart['approvedBy'] }
  | { readonly adopt: false; readonly findings: readonly ReleaseFinding[] };

/**
 * Judges a recorded release: its signature as of its recording, its place after the release in force, for the federation what
 * members contribute and whether enough of them approved it, and the policy gate with the loosenings that its approvers signed. Which loosenings it has is
 * computed, never believed. Throws what may pass.
 */
export async function judgeRelease(
  stored: SubmittedRelease,
  judging: ReleaseJudging,
): Promise<ReleaseVerdict> {
  const { directory, now, inForceOf } = judging;
  const org = parseOrgId(stored.org);
  const reading = { directory, now, recorded: new Date(stored.at) };
  const wire = { statement: stored.token, files: stored.files };
  const release = await verifyRelease(wire, { ...reading, org }).catch(errorFrom);
  if (release instanceof Error) {
    if (release.family === 'operational') throw release;
    return refusedFor([{ place: org, message: release.message }]);
  }
  const misplaced = placeFindings(release, inForceOf(org));
  if (misplaced.length > 0) return refusedFor(misplaced);
  const judge = org === LEDGER_OWNER ? judgeOfFederation : judgeOfMember;
  return readable(() => judge(release, judging, reading));
}

async function judgeOfMember(
  release: VerifiedRelease,
  { gate }: ReleaseJudging,
  reading: ApprovalReading,
): Promise<ReleaseVerdict> {
  const { loosenings, faults } = await approvedLoosenings(release, reading);
  const verdict = await gate([release], {
    org: release.org,
    loosenings: loosenings && [...loosenings],
  });
  if (verdict.adopt) return { ...verdict, approvedBy: null };
  return refusedFor([...faults.map(aboutApprovals), ...verdict.findings]);
}

async function judgeOfFederation(
  release: VerifiedRelease,
  { directory, inForce, inForceOf, members, gate }: ReleaseJudging,
  reading: ApprovalReading,
): Promise<ReleaseVerdict> {
  const federation = federationFilesBy(release.files);
  const named = releasedFacts(federation)?.organisations;
  const isNamed = (org: OrgId): boolean => named?.has(org) === true;
  const joint = await verifiedContributions(release, { ...reading, directory, isNamed, inForceOf });
  if (joint.findings.length > 0) return refusedFor(joint.findings);
  const contributors = joint.contributions.map(({ org }) => org);
  const change = federationChange(federationFilesOf(inForce), federation);
  const terms = releasedTerms(inForce);
  const rule = ruleFor(change, { ...terms, isJoint: contributors.length > 0 });
  const counting = { ...reading, directory, members, hosts: terms.hosts, rule, contributors };
  const approval = await approvedByMembers(release, counting);
  const { loosenings, byContributor, faults, lacking, by } = approval;
  const joining = rule === 'operator' && change.type === 'accession' ? change.joining : [];
  const verdict = await gate([release, ...joint.contributions], {
    org: 'federation',
    loosenings: [...loosenings],
    joining,
    contributors: byContributor,
  });
  if (verdict.adopt && lacking === undefined) return { ...verdict, approvedBy: by };
  const notes = [...faults, ...(lacking === undefined ? [] : [lacking])].map(aboutApprovals);
  return refusedFor([...notes, ...(verdict.adopt ? [] : verdict.findings)]);
}

function ruleFor(
  { type }: FederationChange,
  { accession, isJoint }: QuorumTerms & { readonly isJoint: boolean },
): ApprovalRule {
  if (type === 'terms') return 'two-thirds';
  return type === 'accession' && accession === 'operator' && !isJoint ? 'operator' : 'majority';
}

const aboutApprovals = (message: string): ReleaseFinding => ({ place: 'approvals', message });

const refusedFor = (findings: readonly ReleaseFinding[]): ReleaseVerdict => ({ adopt: false, findings });

/** Refuses rules that do not load, and facts about members that cannot be read; rethrows other failures, which may pass. */
async function readable(work: () => Promise<ReleaseVerdict>): Promise<ReleaseVerdict> {
  try {
    return await work();
  } catch (thrown) {
    if (!isCode(thrown, 'policy-invalid', 'config-invalid', 'id-invalid')) throw thrown;
    const { code, message, details } = thrown;
    const place = code === 'policy-invalid' ? 'policies' : MEMBERS_FILE;
    const findings = details.map((each) => ({ place: each.path, message: each.message }));
    return refusedFor(findings.length > 0 ? findings : [{ place, message }]);
  }
}
