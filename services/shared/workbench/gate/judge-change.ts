import type { OrgId } from '../../kernel/ids.js';
import { INVARIANTS_FILE } from '../../policy/adopted/bundle.js';
import type { SignedApprovals } from '../../policy/adopted/policy-judge.js';
import type { PolicySets } from '../../policy/policies.js';
import { SCHEMA_FILE } from '../../policy/schema.js';
import { approvedBy, type PlacedApproval } from '../diff/approvals.js';
import { changesByRules } from '../diff/by-rules.js';
import type { Change, HexDigest, Owner } from '../diff/changes.js';
import type { Route } from '../diff/compare-route.js';
import type { PolicyDiff } from '../diff/diff-policies.js';
import type { Version } from '../space/answers.js';
import { type AnalysedVersion, analyseChange, type ChangeAnalysis } from './analyse-change.js';
import type { FailedCase } from './failed-cases.js';
import { type InvariantChange, invariantChanges } from './invariant-changes.js';
import { loosenedText } from './loosened-text.js';
import type { OwnLoosenings } from './own-loosenings.js';
import { type IsRecorded, schemaMisfits } from './schema-fit.js';
import { uncovered } from './uncovered.js';
import type { GateCondition, GateFinding, GateVerdict } from './verdict.js';

/** The adopted policies, and the directory that they are applied to. */
export interface AdoptedVersion extends AnalysedVersion {
  /** True when these policies were judged themselves, so that their invariants are known to hold. */
  readonly isProven: boolean;
}

/** The policies that would be adopted, and the directory that they would be applied to. */
export interface CandidateVersion extends AnalysedVersion {
  readonly approvals: readonly PlacedApproval[];
  readonly failedCases: readonly FailedCase[];
}

/** What `judgeChange` judges. */
export interface JudgeParams {
  readonly adopted: AdoptedVersion;
  readonly candidate: CandidateVersion;
  /** Of a release: its own loosenings, in place of those that take effect now, and what its approvers signed. */
  readonly release?: OwnLoosenings & SignedApprovals;
  /** True for attributes and words of the adopted schema that recorded notices have. */
  readonly isRecorded: IsRecorded;
  /** `2027-01-31`, in UTC. */
  readonly today: string;
  readonly digest: HexDigest;
}

/**
 * Decides whether changed policies are adopted. The changes of all organisations are judged together: recorded
 * notices must fit the schema, every loosening must be approved, no rule may newly err, the invariants must
 * hold, the cases of each organisation whose rules changed must pass unless the change only tightens, and the
 * analysis must be complete. Depends on its arguments alone. The caller has run `policy check` before.
 */
export async function judgeChange(params: JudgeParams): Promise<GateVerdict> {
  const { adopted, candidate, isRecorded, digest } = params;
  const unfit = schemaMisfits(adopted.sets, candidate.sets.schema, isRecorded).map((message) =>
    finding('schema', 'federation', { place: SCHEMA_FILE, message }),
  );
  // A schema that does not fit denies everything: further findings would only repeat that.
  if (unfit.length > 0) return { adopt: false, findings: unfit };
  const analysis = await analyseChange({ adopted, candidate, digest });
  const { diff } = analysis;
  const cases = judgeCases(params, diff);
  const findings = [
    ...incomplete(analysis),
    ...contradicted(analysis),
    ...errors(params, diff),
    ...unapproved(params, diff),
    ...unapprovedInvariants(params),
    ...broken(analysis),
    ...cases.failing,
  ];
  return findings.length > 0 ? { adopt: false, findings } : { adopt: true, notes: cases.notes };
}

function finding(
  condition: GateCondition,
  org: Owner,
  text: Pick<GateFinding, 'place' | 'message'>,
): GateFinding {
  return { condition, org, ...text };
}

function incomplete({ diff, proofs }: ChangeAnalysis): readonly GateFinding[] {
  return incompleteFor([...diff.cut, ...proofs.cut]);
}

function incompleteFor(cut: readonly string[]): readonly GateFinding[] {
  return [...new Set(cut)].map((words) =>
    finding('incomplete', 'federation', {
      place: 'federation',
      message: `not every notice could be analysed: ${words}`,
    }),
  );
}

function errors({ candidate }: JudgeParams, { changes }: PolicyDiff): readonly GateFinding[] {
  return changes
    .filter(({ type }) => type === 'errors')
    .map(({ org, rules: { after } }) =>
      finding('error', org, {
        place: candidate.sets.rules.get(after[0] ?? '')?.place ?? org,
        message: `${after.join(', ')} cannot be evaluated for some notices, which denies them`,
      }),
    );
}

function unapproved(params: JudgeParams, { changes }: PolicyDiff): readonly GateFinding[] {
  const { candidate, release, today, digest } = params;
  if (release !== undefined) return unsigned(release, changes);
  const { ids } = approvedBy(candidate.approvals, changes, { today, digest });
  const open = changes.filter(({ type, id }) => type === 'loosened' && !ids.has(id));
  return looseningFindings(open, {
    placeOf: (owner) => `${owner}/approvals.yaml`,
    says: ({ id }) => ` without approval of \`${id}\``,
  });
}

/**
 * Returns the loosenings of a release that its approvers have not signed, by their whole digests; none where they signed the whole of
 * it. To a release of the federation also belongs what opens now and none of its own loosenings covers, such as a section that is
 * only advertised. What opens in the rules of a member that contributes is for its own approvers alone.
 */
function unsigned(
  { org, loosened, loosenings, joining = [], contributors = [], cut }: NonNullable<JudgeParams['release']>,
  changes: readonly Change[],
) {
  if (loosenings === null) return incompleteFor(cut);
  const approved = new Set(loosenings);
  const byOwner = new Map<Owner, ReadonlySet<string>>(
    contributors.map((one) => [one.org, new Set(one.loosenings)]),
  );
  const opened = org === 'federation' ? changes.filter(({ type }) => type === 'loosened') : [];
  const open = [...loosened, ...uncovered(opened, loosened)].filter(
    (change) => !(byOwner.get(change.org) ?? approved).has(change.digest) && !isOnlyOn(joining, change),
  );
  const placeOf = (owner: Owner): Owner => (byOwner.has(owner) ? owner : org);
  return [...incompleteFor(cut), ...looseningFindings(open, { placeOf, says: () => '' })];
}

/** True when each route of a change is from or to one of these members. */
function isOnlyOn(members: readonly OrgId[], { kinds }: Change): boolean {
  const routes = kinds.flatMap((each) => each.routes);
  const isOn = ({ originator, recipient }: Route) =>
    members.includes(originator) || members.includes(recipient);
  return routes.length > 0 && routes.every(isOn);
}

interface LooseningTexts {
  readonly placeOf: (owner: Owner) => string;
  /** Returns what a message adds about one loosening. */
  readonly says: (change: Change) => string;
}

/**
 * Returns a finding for each loosening, those of the same rules one after the other. Each describes all that these rules open, so that
 * readers show the description once: an approver signs each digest, and reads what a rule does.
 */
function looseningFindings(open: readonly Change[], { placeOf, says }: LooseningTexts): GateFinding[] {
  return changesByRules(open).flatMap((changes) => {
    const text = loosenedText(changes);
    return changes.map((change) => ({
      ...finding('loosening', change.org, {
        place: placeOf(change.org),
        message: `${text}${says(change)}`,
      }),
      loosening: change.digest,
    }));
  });
}

function contradicted({ contradictions }: ChangeAnalysis): readonly GateFinding[] {
  return contradictions.map(({ about, permission, example: { from, to } }) =>
    finding('contradicted', 'federation', {
      place: 'federation',
      message: `the analysis contradicts the evaluator (${about}, ${permission}, from ${from} to ${to}): a defect to report`,
    }),
  );
}

/**
 * Returns the removed and changed invariants that the federation has not approved: otherwise one change could
 * remove an invariant and the next one break it. A new member may be listed under `joining` without approval,
 * because each loosening of its rules needs one.
 */
function unapprovedInvariants({
  adopted,
  candidate,
  release,
  today,
  digest,
}: JudgeParams): readonly GateFinding[] {
  const approved = new Set(
    candidate.approvals
      .filter(({ org, until }) => org === 'federation' && until >= today)
      .map(({ loosening }) => loosening),
  );
  const isReleased = release?.org === 'federation';
  const isApproved = (change: InvariantChange): boolean =>
    isReleased ? release.loosenings?.includes(change.digest) === true : approved.has(change.id);
  return invariantChanges(adopted.invariants, candidate.invariants, digest)
    .filter((change) => !isApproved(change))
    .filter(({ joining }) => joining?.every((member) => !isMember(adopted, member)) !== true)
    .map(({ digest: whole, id, invariant, isRemoved }) => {
      const what = `the invariant \`${invariant}\` is ${isRemoved ? 'removed' : 'changed'}`;
      const place = isReleased ? INVARIANTS_FILE : 'federation/approvals.yaml';
      const message = isReleased ? what : `${what} without approval of \`${id}\``;
      return {
        ...finding('invariant', 'federation', { place, message }),
        ...(isReleased ? { loosening: whole } : {}),
      };
    });
}

const isMember = ({ directory: { organisations } }: Version, name: string): boolean =>
  [...organisations.keys()].some((member) => member === name);

function broken({ proofs: { proofs }, onAll }: ChangeAnalysis): readonly GateFinding[] {
  return (
    proofs
      // An invariant whose condition is never met is broken, but on only some of the routes it may rightly
      // never be met.
      .filter(({ holds, counterexample }) => !holds && (onAll || counterexample !== undefined))
      .map(({ id, says, counterexample }) => {
        const where =
          counterexample === undefined ? '' : `, from ${counterexample.from} to ${counterexample.to}`;
        return finding('invariant', 'federation', {
          place: INVARIANTS_FILE,
          message: `the invariant \`${id}\` does not hold${where}: ${says}`,
        });
      })
  );
}

/** Separates the failing cases that refuse the change from those that are only reported to their owners. */
function judgeCases({ adopted, candidate }: JudgeParams, { changes }: PolicyDiff) {
  const changed = changedOwners(adopted.sets, candidate.sets);
  const mustPass = (org: Owner): boolean => changed.has(org) && !onlyTightens(org, changes);
  const findings = candidate.failedCases.map(({ org, ...text }) => finding('case', org, text));
  return {
    failing: findings.filter(({ org }) => mustPass(org)),
    notes: findings.filter(({ org }) => !mustPass(org)),
  };
}

/** The owners of the sets that differ; the schema is the federation's. */
function changedOwners(before: PolicySets, after: PolicySets): ReadonlySet<string> {
  const names = new Set([...Object.keys(before.digests), ...Object.keys(after.digests)]);
  const differing = [...names].filter((name) => before.digests[name] !== after.digests[name]);
  return new Set(differing.map((name) => (name === 'schema' ? 'federation' : (name.split('/')[0] ?? name))));
}

/** True when the changes of an owner's rules tighten something and loosen nothing. */
function onlyTightens(owner: Owner, changes: readonly Change[]): boolean {
  const own = changes.filter(({ org }) => org === owner).map(({ type }) => type);
  return own.includes('tightened') && !own.includes('loosened');
}
