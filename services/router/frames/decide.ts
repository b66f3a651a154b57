import type { OrgId } from '../../shared/kernel/ids.js';
import { type DecisionParts, recordedOf } from '../../shared/ledger/denials.js';
import type { Report } from '../../shared/ledger/record.js';
import type { DecisionPart, NoticePart, RefusalPart, ReportPart } from '../../shared/ledger/record-parts.js';
import type { Because } from '../../shared/notice/because.js';
import { attributesOf } from '../../shared/notice/attributes.js';
import { type Decision, DENIED } from '../../shared/policy/decision.js';
import { narrow } from '../../shared/policy/narrow.js';
import type { PolicyNotice } from '../../shared/policy/plan.js';
import { isSuspended } from '../../shared/trust/directory.js';
import type { SubmittedNotice, Verified } from '../../shared/trust/open-notice.js';
import type { KnownNotice } from '../../shared/store/router/router-notices.js';
import type { Snapshot } from '../hub.js';
import type { JudgedItem } from './items.js';
import type { BroughtReports } from './brought.js';
import type { OpenedFrame } from './open.js';
import { byNotice, narrowByPart, noticePartOf, recordedIn } from '../ledger/projection.js';

/** The decisions on one notice, and how they differ from those on the ledger. */
export interface DecidedNotice extends DecisionParts {
  readonly part: NoticePart;
  /** Decisions that became narrower than recorded; undefined when the notice is not on the ledger yet. */
  readonly narrowed: readonly DecisionPart[] | undefined;
  /** Recipients whose receipt is on the ledger: their decision stays as recorded, and the notice is not sent to them again. */
  readonly answered: ReadonlySet<string>;
  /** The notice to deliver; absent when it has ended. */
  readonly notice?: Verified<SubmittedNotice>;
}

/** A frame whose notices are decided and not recorded yet. */
export interface Decided
  extends Pick<OpenedFrame, 'frame' | 'frames' | 'snapshot' | 'submission' | 'position' | 'evidence'> {
  readonly type: 'decided';
  readonly notices: readonly DecidedNotice[];
  readonly refused: readonly Extract<JudgedItem, { type: 'refused' }>[];
}

/**
 * Decides every notice of a frame for every organisation, from header, routing, policies and directory. A decision that is
 * recorded or was reported before is an upper bound: it is narrowed by the present decision, never widened (docs/architecture.md#rule-3).
 */
export function decideFrame(opened: OpenedFrame): Decided {
  const { frame, frames, snapshot, submission, position, items, evidence, answered } = opened;
  const brought = boundsOf(evidence);
  const decide = (item: Exclude<JudgedItem, { type: 'refused' }>): DecidedNotice => {
    if (item.type === 'ended') return endNotice(item.known, answered(item.known));
    const { notice, known, isOvertaken } = item;
    const part = partOf(notice);
    const now = decideNow({ part, snapshot, notice, ...denialReason(notice, { snapshot, isOvertaken }) });
    if (known !== undefined) {
      const has = answered(known);
      return {
        part,
        notice,
        ...narrowKnown(known, has, (was) => narrowTo(brought.narrowed(part, was), now)),
      };
    }
    const is = { part, notice, narrowed: undefined, answered: NONE };
    const reported = brought.reported(part);
    const was = reported ?? recordedOf(part.jti, now);
    const bounded = was.decisions.map((decision) => brought.narrowed(part, decision));
    const decisions = reported === undefined ? bounded : bounded.map((decision) => narrowTo(decision, now));
    return { ...is, decisions, denials: was.denials };
  };
  const usable = items.filter(
    (item): item is Exclude<JudgedItem, { type: 'refused' }> => item.type !== 'refused',
  );
  return {
    type: 'decided',
    frame,
    frames,
    snapshot,
    submission,
    position,
    evidence,
    notices: usable.map(decide),
    refused: items.filter(
      (item): item is Extract<JudgedItem, { type: 'refused' }> => item.type === 'refused',
    ),
  };
}

/** Indexes the reports that were sent along, by jti and digest of each notice (docs/architecture.md#rule-2). */
function boundsOf({ routing, narrowings }: BroughtReports) {
  const decisions = byNotice(routing?.report.decisions ?? []);
  const denials = byNotice(routing?.report.denials ?? []);
  const isIn = (report: Report | undefined, { jti, digest }: NoticePart): boolean =>
    report?.notices.some((part) => part.jti === jti && part.digest === digest) ?? false;
  return {
    /** Returns the decisions on a notice in the routing report; undefined if the notice is not in it. */
    reported: (part: NoticePart): DecisionParts | undefined =>
      isIn(routing?.report, part)
        ? { decisions: decisions.get(part.jti) ?? [], denials: denials.get(part.jti) ?? [] }
        : undefined,
    /** Narrows the decision by the narrowings; returns the same object if none applies. */
    narrowed: (part: NoticePart, was: DecisionPart): DecisionPart =>
      narrowings.reduce((decision, { report }) => {
        const said = report.decisions.filter(({ jti, to }) => jti === part.jti && to === was.to);
        return isIn(report, part) ? said.reduce(narrowByPart, decision) : decision;
      }, was),
  };
}

/** What a decision is made from. `part` may have been recorded long ago. */
export interface DecideNowParams {
  readonly part: Pick<NoticePart, 'attributes' | 'sections'>;
  readonly snapshot: Snapshot;
  readonly notice?: Pick<SubmittedNotice, 'routing'>;
  readonly recipients?: readonly OrgId[];
  /** Denies every recipient, for this reason. */
  readonly because?: Because;
}

/** Decides from the snapshot alone, without regard to what is recorded. */
export function decideNow({
  part,
  snapshot,
  notice,
  recipients,
  because,
}: DecideNowParams): readonly Decision[] {
  const { addressees = recipients, excluded } = notice?.routing ?? {};
  const asked: PolicyNotice = {
    attributes: part.attributes,
    sections: part.sections,
    closed: closedFor(snapshot, because),
    ...(addressees === undefined ? {} : { addressees }),
    ...(excluded === undefined ? {} : { excluded }),
    ...(recipients === undefined ? {} : { recipients }),
  };
  return snapshot.policy.decide(asked);
}

/** Recipients that are denied whatever the policies say, and why: suspended ones, or all of them when `because` is given. */
export function closedFor({ directory, now }: Snapshot, because?: Because): ReadonlyMap<OrgId, Because> {
  const closed = new Map<OrgId, Because>();
  for (const organisation of directory.organisations.values()) {
    if (because !== undefined) closed.set(organisation.id, because);
    else if (isSuspended(organisation, now)) closed.set(organisation.id, 'suspended');
  }
  return closed;
}

/** A notice that is still undelivered when its key is revoked is not delivered, even though it was recorded in time. */
function denialReason(
  { kid }: Verified<SubmittedNotice>,
  {
    snapshot: { directory, now },
    isOvertaken,
  }: { readonly snapshot: Snapshot; readonly isOvertaken: boolean },
): { readonly because?: Because } {
  const revoked = directory.key(kid)?.revokedAt;
  if (revoked !== undefined && revoked <= now) return { because: 'key-revoked' };
  return isOvertaken ? { because: 'ended' } : {};
}

function endNotice(known: KnownNotice, answered: ReadonlySet<string>): DecidedNotice {
  const part = noticePartOf(known);
  return { part, ...narrowKnown(known, answered, (was) => narrow(was, endedFor(was.to))) };
}

/** Narrows the recorded decisions of recipients that have not answered; recorded denials stay. */
function narrowKnown(
  known: KnownNotice,
  answered: ReadonlySet<string>,
  narrowOne: (was: DecisionPart) => DecisionPart,
): Omit<DecidedNotice, 'part'> {
  const recorded = recordedIn(known);
  const decisions = recorded.decisions.map((was) => (answered.has(was.to) ? was : narrowOne(was)));
  return {
    decisions,
    denials: recorded.denials,
    answered,
    narrowed: decisions.filter((is, at) => is !== recorded.decisions[at]),
  };
}

const NONE: ReadonlySet<string> = new Set();

const endedFor = (recipient: OrgId): Decision => ({ ...DENIED, recipient, rules: [], because: 'ended' });

/** Narrows one recorded decision by the present one; a recipient without a present decision gets nothing. */
export function narrowTo(recorded: DecisionPart, now: readonly Decision[]): DecisionPart {
  const decision = now.find(({ recipient }) => recipient === recorded.to);
  return narrow(recorded, decision ?? { ...endedFor(recorded.to), because: 'suspended' });
}

function partOf({
  jti,
  digest,
  number,
  exp,
  header,
  routing,
  sections,
}: Verified<SubmittedNotice>): NoticePart {
  return {
    type: 'notice',
    jti,
    digest,
    number,
    exp,
    attributes: attributesOf(header, routing),
    sections,
  };
}

/** The parts of a routing report: each notice in the order of the submission with its decisions and denials, then the refusals. */
export function reportParts({ notices, refused }: Decided): readonly ReportPart[] {
  return [
    ...notices.flatMap(({ part, decisions, denials }) => [part, ...decisions, ...denials]),
    ...refused.map(
      ({ index, jti, digest, code }): RefusalPart => ({ type: 'refusal', index, jti, digest, code }),
    ),
  ];
}
