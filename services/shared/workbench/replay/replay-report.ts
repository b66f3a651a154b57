import { type NoticeId, noticeIdOf, type OrgId } from '../../kernel/ids.js';
import type { Report } from '../../ledger/record.js';
import type { NoticePart } from '../../ledger/record-parts.js';
import type { DecidingPolicies, PoliciesOf } from './deciding-policies.js';
import type { NamedRecord, ReplayTally, StaleReleaseFinding } from './findings.js';
import { type GivenDecision, givenByNotice } from './given-decision.js';
import { judgeDecisions, type OwnContent, type RecordedDecisions } from './judge-decisions.js';
import { type DoubtedActions, doubtedActions } from './judge-unseals.js';
import type { StaleRelease } from './releases.js';
import type { SeenNames } from './seen-names.js';
import type { DoubtedNotice } from './settle-doubts.js';

/** What a record leaves to be settled by earlier records. */
export type Doubt = DoubtedNotice | DoubtedActions;

/** Returns the originator's own notice; undefined where it is not at hand or was erased. */
export type OwnContentOf = (
  part: Pick<NoticePart, 'jti' | 'digest'>,
  issuedAt: Date,
) => Promise<OwnContent | undefined>;

interface ReplayReportDeps {
  readonly policies: PoliciesOf;
  readonly ownContent: OwnContentOf;
  readonly tally: ReplayTally;
  /** The notices of the records before. */
  readonly seen: Pick<SeenNames, 'mayHave'>;
}

interface ReplayedReport {
  readonly report: Report;
  readonly named: NamedRecord;
  readonly stale: StaleRelease | undefined;
}

/** Decides a report again by the bundle that it names, and by the newest one if that is another; returns what is in doubt. */
export async function replayReport(
  { report, named, stale }: ReplayedReport,
  deps: ReplayReportDeps,
): Promise<readonly Doubt[]> {
  const { policies, tally } = deps;
  tally.report();
  for (const { code } of report.refusals) tally.leave(code === 'not-permitted' ? code : 'refused');
  const notices = await noticesIn(report, deps);
  if (stale !== undefined) {
    const newest = await policies(stale.newest, report.directory);
    tally.find(staleFinding(named, stale, 'policy' in newest ? differing(notices, newest) : null));
  }
  const by = report.bundle === undefined ? undefined : await policies(report.bundle, report.directory);
  if (by === undefined || 'missing' in by) {
    const count = notices.reduce((sum, { recorded }) => sum + recorded.given.size, 0);
    tally.leave(by?.missing ?? 'no-bundle', Math.max(count, 1));
    return [];
  }
  const doubts = notices.flatMap((notice) => judgeNotice(notice, { named, by, ...deps }));
  const actions = doubtedActions(report, named, by);
  return actions === undefined ? doubts : [...doubts, actions];
}

interface ReplayedNotice {
  readonly part: NoticePart;
  readonly recorded: RecordedDecisions;
}

async function noticesIn(
  report: Report,
  { ownContent }: Pick<ReplayReportDeps, 'ownContent'>,
): Promise<readonly ReplayedNotice[]> {
  const { reason, issuedAt } = report;
  const members = new Set(report.members);
  const given = givenByNotice(report.decisions, report.denials);
  return Promise.all(
    report.notices.map(async (part) => {
      const own = await ownContent(part, issuedAt);
      const decisions = given.get(part.jti) ?? NONE;
      return { part, recorded: { reason, issuedAt, members, part, own, given: decisions } };
    }),
  );
}

/** The name of a notice on which a restriction was recorded, among the seen names. */
export const restrictedName = (org: OrgId, id: NoticeId): string => `restricted ${org} ${id}`;

const NONE: ReadonlyMap<OrgId, GivenDecision> = new Map();

function judgeNotice(
  { part, recorded }: ReplayedNotice,
  {
    named,
    by,
    tally,
    seen,
  }: Pick<ReplayedReport, 'named'> &
    Pick<ReplayReportDeps, 'tally' | 'seen'> & {
      readonly by: DecidingPolicies;
    },
): readonly DoubtedNotice[] {
  const { confirmed, unchecked, doubts } = judgeDecisions(recorded, by);
  // An earlier record is an upper bound, whatever the rules give now (docs/architecture.md#rule-3), and so is a restriction.
  const names = [`${named.org} ${part.jti}`, restrictedName(named.org, noticeIdOf(part.jti))];
  const isBounded = recorded.reason === 'routing' && names.some((name) => seen.mayHave(name));
  const bounded = isBounded ? confirmed.filter((one) => one.recorded?.outcome !== 'denied') : [];
  const decisions = [...doubts, ...bounded.map((one) => ({ ...one, isRuled: true }))];
  tally.confirm(confirmed.length - bounded.length);
  for (const reason of unchecked) tally.leave(reason);
  return decisions.length === 0 ? [] : [{ type: 'notice', named, part, decisions, isExact: by.isExact }];
}

/** Returns the recipients that get something else by other policies. */
function differing(
  notices: readonly ReplayedNotice[],
  by: DecidingPolicies,
): NonNullable<StaleReleaseFinding['differs']> {
  return notices.flatMap(({ part: { jti }, recorded }) =>
    judgeDecisions(recorded, by).doubts.map(({ recipient }) => ({ jti, recipient })),
  );
}

function staleFinding(
  named: NamedRecord,
  { newest, adopted }: StaleRelease,
  differs: StaleReleaseFinding['differs'],
): StaleReleaseFinding {
  const adoptedAt = new Date(adopted.at).toISOString();
  return { code: 'stale-release', ...named, newest, adoptedAt, adoptedBy: adopted.record, differs };
}
