import { noticeIdOf, type NoticeId, type OrgId } from '../../kernel/ids.js';
import { type RecordedAction, readRecordedAction } from '../../ledger/action.js';
import type { Report, VerifiedRecord } from '../../ledger/record.js';
import type { NoticePart } from '../../ledger/record-parts.js';
import { type LastingBar, lastingBars } from '../../notice/lasting-bars.js';
import { narrow } from '../../policy/narrow.js';
import { type GivenDecision, givenByNotice } from './given-decision.js';

/** What the ledger says of some notices and actions up to one of its records. */
export interface EarlierRecords extends NotedEnds, NotedBars, NotedDecisions {}

/** Creates the facts about the notices with these ids, and nothing else, so that they take bounded memory. */
export function createEarlierRecords(wanted: ReadonlySet<NoticeId>): EarlierRecords {
  return { ...createNotedEnds(wanted), ...createNotedBars(wanted), ...createNotedDecisions(wanted) };
}

interface NotedEnds {
  /** Notes ends and newer revisions in a record, before it is judged. */
  noteEnds(record: VerifiedRecord): void;
  /** True when the notice has ended, or has a revision with a higher number. */
  isOver(org: OrgId, notice: Pick<NoticePart, 'jti' | 'number'>): boolean;
}

function createNotedEnds(wanted: ReadonlySet<NoticeId>): NotedEnds {
  const newest = new Map<string, number>();
  const ended = new Set<string>();
  const noteEnd = (org: OrgId, id: NoticeId): void => {
    if (wanted.has(id)) ended.add(`${org} ${id}`);
  };
  return {
    noteEnds(record) {
      const { org } = record;
      if (record.type === 'command') {
        const { outcome, notice } = record.part;
        if (outcome === 'cancelled' && notice !== undefined) noteEnd(org, notice);
      }
      if (record.type !== 'report') return;
      for (const { id, verb } of record.actions) if (verb === 'withdraw') noteEnd(org, id);
      for (const { jti, number } of record.notices) {
        const id = noticeIdOf(jti);
        const name = `${org} ${id}`;
        if (wanted.has(id)) newest.set(name, Math.max(number, newest.get(name) ?? 0));
      }
    },
    isOver: (org, { jti, number }) => {
      const name = `${org} ${noticeIdOf(jti)}`;
      return ended.has(name) || (newest.get(name) ?? 0) > number;
    },
  };
}

interface NotedBars {
  /** Notes the restrictions, lifts and unseals in a record, before it is judged. */
  noteBars(record: VerifiedRecord): void;
  /** Returns what restrictions by the originator keep from the recipients of a new revision. */
  barsOn(org: OrgId, notice: Pick<NoticePart, 'jti'>): ReadonlyMap<string, LastingBar>;
}

function createNotedBars(wanted: ReadonlySet<NoticeId>): NotedBars {
  const actions = new Map<string, readonly RecordedAction[]>();
  return {
    noteBars(record) {
      if (record.type !== 'report') return;
      for (const action of (record.beside.actions ?? []).map(readRecordedAction)) {
        const name = `${record.org} ${action.id}`;
        if (wanted.has(action.id)) actions.set(name, [...(actions.get(name) ?? []), action]);
      }
    },
    barsOn: (org, { jti }) => lastingBars(actions.get(`${org} ${noticeIdOf(jti)}`) ?? []),
  };
}

interface NotedDecisions {
  /** Notes the decisions and actions of a record, after it was judged. */
  noteDecisions(report: Report): void;
  /** Returns what earlier records leave of a notice; undefined when none was about it. */
  given(
    org: OrgId,
    notice: Pick<NoticePart, 'jti' | 'digest'>,
  ): ReadonlyMap<OrgId, GivenDecision> | undefined;
  /** The recorded part of the revision with this digest. */
  revision(org: OrgId, digest: string): NoticePart | undefined;
  /** A recorded action by the digest of its statement. */
  action(org: OrgId, digest: string): RecordedAction | undefined;
}

function createNotedDecisions(wanted: ReadonlySet<NoticeId>): NotedDecisions {
  const given = new Map<string, Map<OrgId, GivenDecision>>();
  const revisions = new Map<string, NoticePart>();
  const actions = new Map<string, RecordedAction>();
  return {
    noteDecisions({ org, reason, notices, decisions, denials, beside }) {
      const byNotice = givenByNotice(decisions, denials);
      for (const part of notices.filter(({ jti }) => wanted.has(noticeIdOf(jti)))) {
        const name = nameOf(org, part);
        const now = byNotice.get(part.jti) ?? [];
        if (reason === 'routing') given.set(name, new Map(now));
        else narrowAll(given.get(name), now);
        revisions.set(`${org} ${part.digest}`, part);
      }
      for (const action of (beside.actions ?? []).map(readRecordedAction))
        if (wanted.has(action.id)) actions.set(`${org} ${action.digest}`, action);
    },
    given: (org, notice) => given.get(nameOf(org, notice)),
    revision: (org, digest) => revisions.get(`${org} ${digest}`),
    action: (org, digest) => actions.get(`${org} ${digest}`),
  };
}

const nameOf = (org: OrgId, { jti, digest }: Pick<NoticePart, 'jti' | 'digest'>): string =>
  `${org} ${jti} ${digest}`;

function narrowAll(
  given: Map<OrgId, GivenDecision> | undefined,
  narrowing: Iterable<readonly [OrgId, GivenDecision]>,
): void {
  for (const [recipient, now] of narrowing) {
    const before = given?.get(recipient);
    const rules = now.rules.map((rule) => ({ ...rule, reason: '' }));
    if (before !== undefined) given?.set(recipient, narrow(before, { ...now, recipient, rules }));
  }
}
