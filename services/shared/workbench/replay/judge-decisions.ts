import type { OrgId } from '../../kernel/ids.js';
import type { NoticePart } from '../../ledger/record-parts.js';
import type { Attributes } from '../../notice/attributes.js';
import type { Because } from '../../notice/because.js';
import type { Section } from '../../notice/kinds.js';
import type { Decision } from '../../policy/decision.js';
import type { Directory } from '../../trust/directory.js';
import type { DecidingPolicies } from './deciding-policies.js';
import { type GivenDecision, isSameGiven } from './given-decision.js';

/** What only the originator of a notice has: the notice itself, with its lists of recipients and the key that signed it. */
export interface OwnContent {
  readonly attributes: Attributes;
  readonly sections: readonly Section[];
  readonly addressees?: readonly OrgId[] | undefined;
  readonly excluded: readonly OrgId[];
  readonly kid: string;
}

/** The decisions of one record about one notice. */
export interface RecordedDecisions {
  readonly reason: 'routing' | 'narrowing';
  readonly issuedAt: Date;
  /** The members of the directory that the record names. */
  readonly members: ReadonlySet<OrgId>;
  readonly part: Pick<NoticePart, 'jti' | 'exp' | 'attributes' | 'sections'>;
  readonly given: ReadonlyMap<OrgId, GivenDecision>;
  /** Undefined where the originator's notice is not at hand. */
  readonly own: OwnContent | undefined;
}

/** A recorded decision beside what the rules give; earlier records may explain a difference. */
export interface ComparedDecision {
  readonly recipient: OrgId;
  /** Undefined for a recipient that the record does not name. */
  readonly recorded: GivenDecision | undefined;
  /** Undefined for a recipient that the rules do not know. */
  readonly ruled: Decision | undefined;
}

/** How the decisions of one record about one notice compare with the rules. */
export interface JudgedDecisions {
  readonly confirmed: readonly ComparedDecision[];
  /** The reasons of denials that neither rules nor the record can confirm, one for each recipient. */
  readonly unchecked: readonly Because[];
  readonly doubts: readonly ComparedDecision[];
}

/** Decides one notice again, from what was recorded, and compares. */
export function judgeDecisions(recorded: RecordedDecisions, by: DecidingPolicies): JudgedDecisions {
  const ruled = decideAgain(recorded, by);
  const unchecked: Because[] = [];
  const doubts: ComparedDecision[] = [];
  const confirmed: ComparedDecision[] = [];
  for (const recipient of recipientsOf(recorded, ruled)) {
    const doubt = { recipient, recorded: recorded.given.get(recipient), ruled: ruled.get(recipient) };
    const verdict = judgeOne(doubt, recorded, by);
    if (verdict === 'confirmed') confirmed.push(doubt);
    else if (verdict === 'doubted') doubts.push(doubt);
    else unchecked.push(verdict);
  }
  return { confirmed, unchecked, doubts };
}

/** Decides with the originator's lists where they are at hand; otherwise as if each recipient were addressed. */
function decideAgain(
  { reason, part, given, own }: RecordedDecisions,
  { policy, members }: DecidingPolicies,
): ReadonlyMap<OrgId, Decision> {
  const { attributes, sections } = own ?? part;
  const isListed = attributes.audience !== 'all';
  const addressees = own === undefined ? [...members] : own.addressees;
  const wanted = reason === 'narrowing' ? [...given.keys()] : [...members];
  const decisions = policy.decide({
    attributes,
    sections,
    ...(isListed && addressees !== undefined ? { addressees } : {}),
    ...(own === undefined ? {} : { excluded: own.excluded }),
    // Rules cannot confirm a denial by the originator's lists; such recipients, who may be almost all, are left out.
    recipients: wanted.filter((org) => own !== undefined || !isByLists(given.get(org), isListed)),
  });
  return new Map(decisions.map((decision) => [decision.recipient, decision]));
}

/** True for a denial that lists can explain which are not at hand. */
function isByLists(given: GivenDecision | undefined, isListed: boolean): boolean {
  return given?.because === 'excluded' || (isListed && given?.because === 'not-addressed');
}

function recipientsOf(
  { given, members }: RecordedDecisions,
  ruled: ReadonlyMap<OrgId, Decision>,
): ReadonlySet<OrgId> {
  // A router did not decide about a member that joined after the record.
  return new Set([...given.keys(), ...[...ruled.keys()].filter((org) => members.has(org))]);
}

type Verdict = 'confirmed' | 'doubted' | Because;

function judgeOne(
  { recipient, recorded, ruled }: ComparedDecision,
  about: RecordedDecisions,
  by: DecidingPolicies,
): Verdict {
  if (recorded?.because !== undefined) return judgeBecause(recorded.because, { recipient, ruled, about, by });
  if (recorded === undefined || ruled === undefined) return 'doubted';
  if (recorded.outcome !== 'denied' && by.isExact && isClosedTo(recipient, about.issuedAt, by) === true)
    return 'doubted';
  // A narrowing rests on the decision before it, unless the rules deny everything.
  const isWhole = about.reason === 'routing' || recorded.outcome === 'denied';
  return isWhole && isSameGiven(recorded, ruled) ? 'confirmed' : 'doubted';
}

interface JudgingBecause {
  readonly recipient: OrgId;
  readonly ruled: Decision | undefined;
  readonly about: RecordedDecisions;
  readonly by: DecidingPolicies;
}

/** Judges a denial that names no rule, by what the record, the directory and the originator's notice show. */
function judgeBecause(because: Because, { recipient, ruled, about, by }: JudgingBecause): Verdict {
  const { own, part, issuedAt } = about;
  switch (because) {
    case 'not-addressed':
    case 'excluded':
      if (own !== undefined) return ruled?.because === because ? 'confirmed' : 'doubted';
      return because === 'excluded' || part.attributes.audience !== 'all' ? because : 'doubted';
    case 'suspended': {
      const isClosed = isClosedTo(recipient, issuedAt, by);
      if (isClosed !== false) return 'confirmed';
      return by.isExact ? 'doubted' : because;
    }
    case 'key-revoked':
      return judgeRevoked(about, by.directory);
    // Only the actions of earlier records confirm it.
    case 'restricted':
      return 'doubted';
    case 'ended':
      return part.exp * 1000 < issuedAt.getTime() + SECOND_MS ? 'confirmed' : 'doubted';
  }
}

/** Records state their time in whole seconds. */
const SECOND_MS = 1000;

/**
 * True when a recipient was suspended or had left when the record was made, or has no rules; false when not; undefined
 * within the second of the change.
 */
function isClosedTo(
  recipient: OrgId,
  issuedAt: Date,
  { directory, members }: DecidingPolicies,
): boolean | undefined {
  const { suspendedAt, leavingAt, leftAt } = directory.organisations.get(recipient) ?? {};
  const from = Math.min(...[suspendedAt, leavingAt, leftAt].map((date) => date?.getTime() ?? Infinity));
  if (!members.has(recipient) || from <= issuedAt.getTime()) return true;
  return from < issuedAt.getTime() + SECOND_MS ? undefined : false;
}

/** A directory never lifts a revocation, so that the newest one shows all of them. */
function judgeRevoked({ own, part, issuedAt }: RecordedDecisions, { organisations }: Directory): Verdict {
  const keys = organisations.get(part.attributes.originator)?.keys ?? [];
  const revoked = keys.filter(({ use, revokedAt }) => {
    return (
      use === 'notice' && revokedAt !== undefined && revokedAt.getTime() < issuedAt.getTime() + SECOND_MS
    );
  });
  if (own !== undefined) return revoked.some(({ kid }) => kid === own.kid) ? 'confirmed' : 'doubted';
  return revoked.length === 0 ? 'doubted' : 'key-revoked';
}
