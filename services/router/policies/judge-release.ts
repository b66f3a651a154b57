import { errorFrom, isCode } from '../../shared/kernel/errors.js';
import { parseOrgId } from '../../shared/kernel/ids.js';
import type { ReleaseFinding } from '../../shared/ledger/release/adoption-record.js';
import { LEDGER_OWNER } from '../../shared/ledger/command-content.js';
import { type ApprovedLoosenings, approvedLoosenings } from '../../shared/ledger/release/approval.js';
import { approvedByMembers, type MembersApproval } from '../../shared/ledger/release/federation-approval.js';
import { type VerifiedRelease, verifyRelease } from '../../shared/ledger/release/release.js';
import type { ReleaseFiles } from '../../shared/ledger/release/release-files.js';
import type { JudgeVerdict, SignedApprovals } from '../../shared/policy/adopted/policy-judge.js';
import { MEMBERS_FILE } from '../../shared/policy/federation-files.js';
import type { ReleaseRow, SubmittedRelease } from '../../shared/store/router/router-releases.js';
import type { Directory } from '../../shared/trust/directory.js';

/** What a release is judged by. */
export interface ReleaseJudging {
  readonly directory: Directory;
  readonly now: Date;
  /** The release of the organisation that is in force. */
  readonly current: Pick<ReleaseRow, 'version' | 'digest'> | undefined;
  /** The members that the facts in force name: so many of them approve a release of the federation. */
  readonly members: readonly string[];
  /** Passes the adopted policies with these files of the release through the policy gate. */
  readonly gate: (files: ReleaseFiles, signed: SignedApprovals) => Promise<JudgeVerdict>;
}

/**
 * Judges a recorded release: its signature as of its recording, its place after the release in force, for the federation whether
 * enough members approved it, and the policy gate with the loosenings that its approvers signed. Which loosenings it has is
 * computed, never believed. Throws what may pass.
 */
export async function judgeRelease(
  stored: SubmittedRelease,
  { directory, now, current, members, gate }: ReleaseJudging,
): Promise<JudgeVerdict> {
  const org = parseOrgId(stored.org);
  const reading = { directory, now, recorded: new Date(stored.at) };
  const wire = { statement: stored.token, files: stored.files };
  const release = await verifyRelease(wire, { ...reading, org }).catch(errorFrom);
  if (release instanceof Error) {
    if (release.family === 'operational') throw release;
    return refusedFor([{ place: org, message: release.message }]);
  }
  const misplaced = placeFindings(release, current);
  if (misplaced.length > 0) return refusedFor(misplaced);
  const isFederation = org === LEDGER_OWNER;
  const { loosenings, faults, lacking }: ApprovedLoosenings & Pick<MembersApproval, 'lacking'> = isFederation
    ? await approvedByMembers(release, { ...reading, members })
    : await approvedLoosenings(release, reading);
  const signed = {
    org: isFederation ? 'federation' : org,
    loosenings: loosenings && [...loosenings],
  } as const;
  const verdict = await gated(() => gate(release.files, signed));
  if (verdict.adopt && lacking === undefined) return verdict;
  const notes = [...faults, ...(lacking === undefined ? [] : [lacking])].map((message) => ({
    place: 'approvals',
    message,
  }));
  return refusedFor([...notes, ...(verdict.adopt ? [] : verdict.findings)]);
}

const refusedFor = (findings: readonly ReleaseFinding[]): JudgeVerdict => ({ adopt: false, findings });

function placeFindings(
  { version, previous }: Pick<VerifiedRelease, 'version' | 'previous'>,
  current: ReleaseJudging['current'],
): readonly ReleaseFinding[] {
  const last = current?.version ?? 0;
  if (version <= last)
    return [
      { place: 'version', message: `version ${version} is not above version ${last}, which is in force` },
    ];
  if (previous === (current?.digest ?? null)) return [];
  return [
    { place: 'previous', message: `it does not follow the release in force, which is version ${last}` },
  ];
}

/** Rules that do not load, and facts about members that cannot be read, are refused; other failures may pass. */
async function gated(work: () => Promise<JudgeVerdict>): Promise<JudgeVerdict> {
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
