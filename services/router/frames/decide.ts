import type { OrgId } from '../../shared/kernel/ids.js';
import { type DecisionParts, recordedOf } from '../../shared/ledger/denials.js';
import type { Report } from '../../shared/ledger/record.js';
import type { DecisionPart, NoticePart } from '../../shared/ledger/record-parts.js';
import type { Section } from '../../shared/notice/kinds.js';
import { disclosedIn } from '../../shared/trust/copy-digests.js';
import { claimedKid } from '../../shared/trust/parse-compact-jws.js';
import type { Because } from '../../shared/notice/because.js';
import { attributesOf } from '../../shared/notice/attributes.js';
import type { SubmittedNotice, Verified } from '../../shared/trust/open-notice.js';
import type { KnownNotice } from '../../shared/store/router/router-notices.js';
import type { Snapshot } from '../hub.js';
import { decideNow, narrowTo, narrowToEnd } from './decide-now.js';
import { type DecidedActs, decideActs } from './decide-actions.js';
import type { JudgedItem } from './items.js';
import type { BroughtReports } from './brought.js';
import type { AnsweredBy } from './answered.js';
import type { OpenedFrame } from './open.js';
import { disclosedBy } from './disclosures-of.js';
import { narrowByPart, noticePartOf, recordedIn } from '../ledger/projection.js';

/** The decisions on one notice, and how they differ from those on the ledger. */
export interface DecidedNotice extends DecisionParts {
  readonly part: NoticePart;
  /**
   * Decisions that became narrower: than those on the notice, and once the frame is recorded, than its own records. Undefined when the
   * notice is not on the ledger yet.
   */
  readonly narrowed: readonly DecisionPart[] | undefined;
  /**
   * Recipients whose receipt is on the ledger. The notice is sent to them again only with other notices,
   * which they have not answered.
   */
  readonly answered: ReadonlySet<string>;
  /** The notice to deliver; absent when it has ended. */
  readonly notice?: Verified<SubmittedNotice>;
  /** Returns the digest of the disclosures of these sections of the notice. */
  readonly disclosedOf: (sections: readonly Section[]) => string;
}

/** A frame whose notices are decided and not recorded yet. */
export interface Decided
  extends Pick<OpenedFrame, 'frame' | 'frames' | 'snapshot' | 'submission' | 'position' | 'brought' | 'owed'>,
    DecidedActs {
  readonly type: 'decided';
  readonly notices: readonly DecidedNotice[];
  readonly refused: readonly Extract<JudgedItem, { type: 'refused' }>[];
}

/**
 * Decides every notice of a frame for every organisation, from header, routing, policies and directory. A recorded
 * decision is an upper bound: it is narrowed by the present decision, never widened (docs/architecture.md#rule-3).
 */
export function decideFrame(opened: OpenedFrame): Decided {
  const { frame, frames, snapshot, submission, position, items, brought, answered, owed } = opened;
  const { isUnextended } = opened;
  const usable = items.filter((item): item is UsableItem => item.type === 'notice' || item.type === 'ended');
  const bound = boundBy(brought);
  // New notices are decided first, because each recipient of a new notice is handed the whole frame.
  const fresh = new Map<UsableItem, DecidedNotice>(
    usable.flatMap((item) =>
      item.type === 'notice' && item.known === undefined
        ? [[item, decideNew(item, { snapshot, bound })] as const]
        : [],
    ),
  );
  const decisions = [...fresh.values()].flatMap((notice) => notice.decisions);
  const recorded = usable.flatMap(({ known }) => (known ? recordedIn(known).decisions : []));
  const acts = decideActs({ items, snapshot, decisions: [...decisions, ...recorded] });
  const handed = [...owed, ...acts.actions.flatMap(({ to }) => to)];
  const owing = owingIn(usable, { fresh: decisions, answered, handed });
  const decide = (item: UsableItem): DecidedNotice =>
    fresh.get(item) ?? decideKnown(item, { snapshot, bound, owing, answered, isUnextended });
  return {
    type: 'decided',
    frame,
    frames,
    snapshot,
    submission,
    position,
    brought,
    owed,
    ...acts,
    notices: usable.map(decide),
    refused: items.filter((item) => item.type === 'refused'),
  };
}

type UsableItem = Extract<JudgedItem, { type: 'notice' | 'ended' }>;
type FoundNotice = Extract<JudgedItem, { type: 'notice' }>;
type EndedNotice = Extract<JudgedItem, { type: 'ended' }>;

interface Deciding {
  readonly snapshot: Snapshot;
  readonly bound: ReturnType<typeof boundBy>;
}

/**
 * Returns the recipients that get something of the frame which they have not answered. Each is handed all
 * that the records of the frame leave to it, also notices that it answered in another frame; those are
 * therefore decided again for it.
 */
function owingIn(items: readonly UsableItem[], { fresh, answered, handed }: OwingFrom): ReadonlySet<string> {
  const allowed = (decisions: readonly DecisionPart[]): readonly OrgId[] =>
    decisions.filter(({ outcome }) => outcome !== 'denied').map(({ to }) => to);
  const unanswered = items.flatMap(({ known }) => {
    if (known === undefined) return [];
    const has = answered(known);
    return allowed(recordedIn(known).decisions).filter((to) => !has.has(to));
  });
  return new Set([...allowed(fresh), ...unanswered, ...handed]);
}

interface OwingFrom {
  /** The decisions on new notices. */
  readonly fresh: readonly DecisionPart[];
  readonly answered: AnsweredBy;
  /** Recipients of an action or a request. */
  readonly handed: readonly OrgId[];
}

function decideNew(item: FoundNotice, { snapshot, bound }: Deciding): DecidedNotice {
  const { notice } = item;
  const { part, now } = decideFound(item, snapshot);
  const is = { part, notice, disclosedOf: disclosedBy(notice), narrowed: undefined, answered: NONE };
  const { decisions, denials } = recordedOf(part.jti, now);
  return { ...is, decisions: decisions.map((decision) => bound(part, decision)), denials };
}

function decideKnown(
  item: UsableItem,
  {
    snapshot,
    bound,
    owing,
    answered,
    isUnextended,
  }: Deciding & Pick<OpenedFrame, 'answered' | 'isUnextended'> & { readonly owing: ReadonlySet<string> },
): DecidedNotice {
  if (item.type === 'ended') {
    return endNotice(item, { owing, has: answered(item.known) });
  }
  const { notice, known } = item;
  if (known === undefined) return decideNew(item, { snapshot, bound });
  const { part, now } = decideFound(item, snapshot);
  const by = { owing, has: answered(known) };
  const narrowOne = (was: DecisionPart): DecisionPart =>
    isUnextended(part, was.to) ? narrowToEnd(was) : narrowTo(was, now);
  return { part, notice, disclosedOf: disclosedBy(notice), ...narrowKnown(known, by, narrowOne) };
}

/** Decides a notice from the snapshot alone; returns its part of the report with it. */
function decideFound({ notice, isOvertaken, barred }: FoundNotice, snapshot: Snapshot) {
  const part = partOf(notice);
  const why = denialReason(notice, { snapshot, isOvertaken });
  const now = decideNow({ part, snapshot, notice, barred, ...why });
  return { part, now };
}

/**
 * Narrows a decision on a new notice by the narrowings that were sent along, found by jti and digest of the notice
 * (docs/architecture.md#rule-2); the ledger has them, but not the routing report that they narrow.
 */
function boundBy({ narrowings }: BroughtReports) {
  const isIn = (report: Report, { jti, digest }: NoticePart): boolean =>
    report.notices.some((part) => part.jti === jti && part.digest === digest);
  return (part: NoticePart, was: DecisionPart): DecisionPart =>
    narrowings.reduce((decision, { report }) => {
      const said = report.decisions.filter(({ jti, to }) => jti === part.jti && to === was.to);
      return isIn(report, part) ? said.reduce(narrowByPart, decision) : decision;
    }, was);
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

/** How the recipients of a recorded notice have answered. */
interface Answers {
  /** Recipients whose receipt for the notice is on the ledger. */
  readonly has: ReadonlySet<string>;
  /** Recipients that are handed the frame, whether or not they have answered the notice. */
  readonly owing: ReadonlySet<string>;
}

function endNotice({ known, text }: EndedNotice, answers: Answers): DecidedNotice {
  const part = noticePartOf(known);
  // A recipient that has answered it keeps its recorded share.
  const disclosedOf = (sections: readonly Section[]) => disclosedIn(text, sections);
  return { part, disclosedOf, ...narrowKnown(known, answers, narrowToEnd) };
}

/** Narrows the recorded decisions of recipients that are handed the frame; recorded denials stay. */
function narrowKnown(
  known: KnownNotice,
  { has, owing }: Answers,
  narrowOne: (was: DecisionPart) => DecisionPart,
): Omit<DecidedNotice, 'part' | 'disclosedOf'> {
  const recorded = recordedIn(known);
  const decisions = recorded.decisions.map((was) =>
    has.has(was.to) && !owing.has(was.to) ? was : narrowOne(was),
  );
  return {
    decisions,
    denials: recorded.denials,
    answered: has,
    narrowed: decisions.filter((is, at) => is !== recorded.decisions[at]),
  };
}

const NONE: ReadonlySet<string> = new Set();

function partOf({ header, routing, ...notice }: Verified<SubmittedNotice>): NoticePart {
  const { jti, digest, number, exp, sections } = notice;
  const approver = header.approval === undefined ? {} : { approver: claimedKid(header.approval) };
  const attributes = attributesOf(header, routing);
  return { type: 'notice', jti, digest, number, exp, attributes, sections, ...approver };
}
