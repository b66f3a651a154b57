import { seconds } from '../../shared/kernel/clock.js';
import { groupBy } from '../../shared/kernel/group-by.js';
import { type OrgId, noticeIdOf } from '../../shared/kernel/ids.js';
import type { Report } from '../../shared/ledger/record.js';
import type { DecisionParts } from '../../shared/ledger/denials.js';
import type { DecisionPart, DenialPart, NoticePart } from '../../shared/ledger/record-parts.js';
import { narrow } from '../../shared/policy/narrow.js';
import type { KnownNotice } from '../../shared/store/router/router-notices.js';
import type { AppliedRecord, LedgerPosition } from '../../shared/store/router/router-ledger.js';
import type { RecordedShares } from '../../shared/store/router/router-shares.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { applyActs, applyReleases, countedIn, memoryEnd } from './apply-acts.js';
import { handRecall } from './apply-recall.js';
import { noteNamedPolicies } from './named-policies.js';

/** Where a record is, and its bytes, which are stored until a heartbeat confirms that the auditor has archived it. */
export interface RecordPosition {
  readonly place: LedgerPosition;
  /** False for a record of another epoch from the auditor's archive: its sequence is not one of this stream. */
  readonly isHere: boolean;
  /**
   * True while an earlier record of the stream is not applied: the router must not write after this one yet.
   */
  readonly isAhead?: boolean;
  readonly bytes: Uint8Array | null;
  readonly kept: boolean;
}

/** What the projection stores of a report. A report that this router just signed is applied without reading it back. */
export type ReportFacts = Pick<
  Report,
  | 'digest'
  | 'org'
  | 'frame'
  | 'issuedAt'
  | 'reason'
  | 'submission'
  | 'bundle'
  | 'notices'
  | 'decisions'
  | 'denials'
  | 'refusals'
  | 'actions'
  | 'acts'
  | 'unacts'
  | 'asks'
  | 'keyRequests'
  | 'releases'
  | 'beside'
>;

/** Applies a routing report or a narrowing to the projection, once. Call within a transaction. */
export function applyReport(store: RouterStore, report: ReportFacts, recordPosition: RecordPosition): void {
  const { org, frame, reason } = report;
  const exp = reportEnd(report);
  const shares = JSON.stringify(sharesIn(report));
  if (!addRecord(store, { ...report, type: reason, exp, shares }, recordPosition)) return;
  noteNamedPolicies(store, report);
  if (report.submission !== null) store.ledger.submissions.add(org, report.submission, exp);
  if (reason === 'routing') {
    store.quotas.add(org, countedIn(report), seconds(report.issuedAt));
  }
  const [decisions, denials] = [byNotice(report.decisions), byNotice(report.denials)];
  for (const notice of report.notices) {
    const { jti } = notice;
    const decided = { decisions: decisions.get(jti) ?? [], denials: denials.get(jti) ?? [] };
    if (reason === 'routing') putNotice(store, { report, notice, decided }, recordPosition.place);
    else narrowNotice(store, { report, notice, decided });
  }
  const allowed = report.decisions.filter(({ outcome }) => outcome !== 'denied').map(({ to }) => to);
  for (const recipient of new Set(allowed)) {
    store.deliveries.allow({ originator: org, frame, recipient }, exp);
  }
  applyActs(store, report);
  applyReleases(store, report);
  // A recall may be read before the record of a revision.
  for (const { jti } of report.notices) handRecall(store, org, noticeIdOf(jti));
}

/** Returns when the last notice, action or request of a report ends, in seconds since 1970; 0 without any. */
export function reportEnd({ notices, actions, unacts, asks, issuedAt }: ReportFacts): number {
  return Math.max(
    0,
    ...notices.map(({ exp }) => exp),
    ...actions.map(({ number }) => memoryEnd(Math.max(number, issuedAt.getTime()))),
    ...[...unacts, ...asks].map(() => memoryEnd(issuedAt.getTime())),
  );
}

/**
 * Returns the places of the notices that a report leaves to each recipient or takes away from it. A routing
 * report lists the recipients that get something, a narrowing those that it is about.
 */
function sharesIn({ reason, notices, decisions, acts, unacts, asks }: ReportFacts): RecordedShares {
  const places = new Map(notices.map(({ jti }, place) => [jti, place]));
  const [left, gone]: Record<string, number[]>[] = [{}, {}];
  for (const { to, jti, outcome } of decisions) {
    const place = places.get(jti);
    const list = outcome === 'denied' ? gone : left;
    if (place === undefined || list === undefined || (outcome === 'denied' && reason === 'routing')) continue;
    (list[to] ??= []).push(place);
  }
  // A recipient of an action or a request alone is shown the report as well.
  for (const { to } of [...acts, ...asks]) if (left !== undefined) left[to] ??= [];
  for (const { to } of unacts) if (gone !== undefined) gone[to] ??= [];
  return { notices: notices.map(({ jti, digest }) => [jti, digest]), left: left ?? {}, gone: gone ?? {} };
}

/** Stores a record and its place; returns false, after updating the place, when it is known. Call within a transaction. */
export function addRecord(
  store: RouterStore,
  record: {
    readonly digest: string;
    readonly org: OrgId;
    readonly frame: string;
    readonly issuedAt: Date;
    readonly type: AppliedRecord['type'];
    readonly exp: number;
    readonly shares?: string;
  },
  { place, isHere, isAhead = false, bytes, kept }: RecordPosition,
): boolean {
  const { digest, org, frame, type, issuedAt, shares = null } = record;
  const exp = Math.max(record.exp, seconds(issuedAt));
  if (isHere && !isAhead) store.ledger.setLastSeq(org, place.seq);
  if (store.ledger.has(digest)) {
    if (isHere) store.ledger.move(digest, place);
    if (kept) store.ledger.keep(digest);
    return false;
  }
  store.ledger.add({ digest, org, frame, type, ...place, at: issuedAt.getTime(), exp, kept, bytes, shares });
  return true;
}

/** Groups decisions or denials by the `jti` that they are about. */
function byNotice<Part extends DecisionPart | DenialPart>(
  parts: readonly Part[],
): ReadonlyMap<string, readonly Part[]> {
  return groupBy(parts, ({ jti }) => jti);
}

interface Decided {
  readonly report: ReportFacts;
  readonly notice: NoticePart;
  readonly decided: DecisionParts;
}

function putNotice(store: RouterStore, { report, notice, decided }: Decided, place: LedgerPosition): void {
  const { jti, digest, number, exp, attributes } = notice;
  noteDenials(store, { report, notice, decided });
  const narrowings = store.notices.narrowingsOf({ originator: report.org, jti, digest });
  const extended = store.actions.extendedTo(report.org, noticeIdOf(jti), number);
  store.notices.put(
    {
      originator: report.org,
      jti,
      digest,
      number,
      exp: Math.max(exp, extended),
      kind: attributes.kind,
      state: 'active',
      frame: report.frame,
      at: report.issuedAt.getTime(),
      part: JSON.stringify(notice),
      decisions: written(narrowings.map(parseRecorded).reduce(narrowEach, decided)),
    },
    place,
  );
}

/**
 * Stores the denials by which two routing reports on a notice differ as a narrowing, before one of the reports replaces the
 * other: a recipient that either allowed may hold a copy. A notice that moved to another frame has two routing reports.
 */
function noteDenials(store: RouterStore, { report, notice: { jti, digest, exp }, decided }: Decided): void {
  const known = store.notices.byJti(report.org, jti);
  if (known?.digest !== digest) return;
  const reports = [recordedIn(known).decisions, decided.decisions];
  const isDenied = ({ outcome }: DecisionPart): boolean => outcome === 'denied';
  const allowed = new Set(reports.flat().flatMap((part) => (isDenied(part) ? [] : [part.to])));
  const decisions = reports.flat().filter((part) => isDenied(part) && allowed.has(part.to));
  if (decisions.length === 0) return;
  store.notices.addNarrowing({
    originator: report.org,
    jti,
    digest,
    exp,
    decisions: written({ decisions, denials: [] }),
  });
}

/**
 * Applies a narrowing to the decisions of the recipients that it names. A narrowing only removes, so the
 * order of reading does not matter: it is also stored, for a routing report that is read later
 * (docs/architecture.md#rule-3).
 */
function narrowNotice(store: RouterStore, { report, notice, decided }: Decided): void {
  const { jti, digest, exp } = notice;
  const about = { originator: report.org, jti };
  store.notices.addNarrowing({ ...about, digest, exp, decisions: written(decided) });
  const known = store.notices.byJti(report.org, jti);
  if (known?.digest !== digest) return;
  store.notices.narrow({ ...about, decisions: written(narrowEach(recordedIn(known), decided)) });
}

function narrowEach(recorded: DecisionParts, narrowing: Pick<DecisionParts, 'decisions'>): DecisionParts {
  const said = new Map(narrowing.decisions.map((part) => [part.to, part]));
  const decisions = recorded.decisions.map((part) => {
    const now = said.get(part.to);
    return now === undefined ? part : narrowByPart(part, now);
  });
  return { decisions, denials: recorded.denials };
}

/** Narrows a recorded decision by a narrowing for the same recipient; returns the same object if it is as narrow already. */
export function narrowByPart(recorded: DecisionPart, narrowing: DecisionPart): DecisionPart {
  const rules = narrowing.rules.map((rule) => ({ ...rule, reason: '' }));
  return narrow(recorded, { ...narrowing, recipient: narrowing.to, rules });
}

/** Parses the recorded decisions of a notice; they were verified when they were applied. */
export function recordedIn({ decisions }: Pick<KnownNotice, 'decisions'>): DecisionParts {
  return parseRecorded(decisions);
}

function written({ decisions, denials }: DecisionParts): string {
  return JSON.stringify([...decisions, ...denials]);
}

function parseRecorded(text: string): DecisionParts {
  const parts = JSON.parse(text) as readonly (DecisionPart | DenialPart)[];
  return {
    decisions: parts.filter((part) => part.type === 'decision'),
    denials: parts.filter((part) => part.type === 'denial'),
  };
}

/** Parses the recorded part of a notice. */
export function noticePartOf({ part }: Pick<KnownNotice, 'part'>): NoticePart {
  return JSON.parse(part) as NoticePart;
}
