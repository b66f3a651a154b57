import { type OrgId, parseOrgId } from '../../shared/kernel/ids.js';
import type { Traceparent } from '../../shared/kernel/traceparent.js';
import { byType } from '../../shared/ledger/report/parts-by-type.js';
import { type ReportContent, type SignedReport, signReport } from '../../shared/ledger/record-sign.js';
import type { UnactPart } from '../../shared/ledger/record-own-parts.js';
import type { ReportPart } from '../../shared/ledger/record-parts.js';
import { ENDING_VERBS } from '../../shared/notice/action-verbs.js';
import { isToUnact } from '../actions/may-leave.js';
import { readKnownAction } from '../actions/registers-of.js';
import type { Decided, DecidedNotice } from './decide.js';
import { disclosuresOf } from './disclosures-of.js';
import { reportParts } from './report-parts.js';
import type { Hub } from '../hub.js';
import { recordingBy } from '../recording-by.js';
import { decidedByRules, policiesFor } from './policies-for.js';
import { withNarrowings } from './narrower-than-share.js';
import { type RecordedReports, readReports, reportName } from './recorded-reports.js';
import { applyReport } from '../ledger/projection.js';
import { watchStatement } from './watch-statement.js';

/** A frame whose decisions are on the ledger. */
export interface RecordedFrame extends Omit<Decided, 'type'>, RecordedReports {
  readonly type: 'recorded';
  /**
   * True only when this attempt wrote the frame's first record, so that it is counted and published once. If the router dies
   * between record and event, the event is never published.
   */
  readonly isNew: boolean;
  /** Trace context for the deliveries; set by the traced recipe. */
  readonly traceparent?: Traceparent;
}

/**
 * Records the signed routing report on `ledger.<org>`. Never records a recorded frame again: its record counts, including
 * its refusals, and decisions that have become narrower are recorded as a narrowing. Key requests are kept for the signer of the
 * directory. Throws `busy`, `full`.
 */
export async function recordFrame(hub: Hub, decided: Decided): Promise<RecordedFrame> {
  const { frame } = decided;
  const isRecorded = hub.store.ledger.reportOn(frame.org, frame.id) !== undefined;
  const recorded = isRecorded ? await recordNarrower(hub, decided) : await recordNew(hub, decided);
  // Also when the frame was recorded before: a crash may have come between the record and the file.
  for (const { asked } of decided.keyRequests) hub.keyRequests.put(asked);
  return recorded;
}

async function recordNew(hub: Hub, decided: Decided): Promise<RecordedFrame> {
  const { frame } = decided;
  const position = await quarantineRefused(hub, decided);
  const { notices, actions, requests, keyRequests, releases } = decided;
  if ([notices, actions, requests, keyRequests, releases].some(({ length }) => length > 0))
    watchSubmission(hub, decided);
  const content = {
    reason: 'routing',
    parts: reportParts(decided),
    disclosedOf: disclosuresOf(notices),
    beside: besideOf(decided),
  } as const;
  const { bytes, prove } = await recordParts(hub, { ...decided, position }, content);
  const reports = [{ id: frame.id, bytes }];
  watchEnds(hub, decided);
  const owed = hub.store.read(() => owedIn(hub, decided));
  return { ...decided, type: 'recorded', isNew: true, reports, provers: [prove], owed };
}

/**
 * Returns the recipients of an action of the newly recorded frame that they have not answered, and of its
 * requests.
 */
function owedIn({ store }: Hub, { frame, requests }: Decided): readonly OrgId[] {
  const acts = store.actions.unansweredIn(frame.org, frame.id).map(parseOrgId);
  return [...acts, ...requests.map(({ request }) => request.to)];
}

/** Number of ends and bars of one organisation within an hour above which a person must look. */
const MAX_ENDS_PER_HOUR = 100;
const HOUR_MS = 3_600_000;

/**
 * Raises an alarm when an organisation sends many ends and bars within an hour. The hub holds none of them
 * back, because it cannot tell whether they are meant.
 */
function watchEnds({ store, events }: Hub, { frame, actions, snapshot: { now } }: Decided): void {
  const ends = actions.filter(({ action }) => ENDING_VERBS.has(action.verb)).length;
  if (ends === 0) return;
  const count = store.actions.countSince(frame.org, [...ENDING_VERBS], now.getTime() - HOUR_MS);
  if (count > MAX_ENDS_PER_HOUR && count - ends <= MAX_ENDS_PER_HOUR) {
    events.alarm('mass-recall', undefined, { originator: frame.org });
  }
}

/** Returns what a record has beside the report: the actions without their disclosures, requests, key requests and releases. */
function besideOf({
  actions,
  requests,
  keyRequests,
  releases,
}: Decided): NonNullable<ReportContent['beside']> {
  return {
    actions: actions.map(({ wire }) => ({ ...wire, disclosures: [] })),
    requests: requests.map(({ text }) => text),
    keyRequests: keyRequests.map(({ text }) => text),
    releases: releases.map(({ wire }) => wire),
  };
}

async function recordNarrower(hub: Hub, decided: Decided): Promise<RecordedFrame> {
  const { frame } = decided;
  // An earlier narrowing may not have reached the originator: a crash came between, or its IN was full.
  const { reports, provers } = await readReports(hub, decided);
  // Notices without `narrowed` were refused by the record.
  const known = decided.notices.filter(({ narrowed }) => narrowed !== undefined);
  const notices =
    provers === undefined ? known.map(deniedAlone) : withNarrowings({ ...decided, notices: known }, provers);
  const recorded = { ...decided, notices, type: 'recorded', isNew: false } as const;
  const parts = [...notices.flatMap(narrowedParts), ...hub.store.read(() => unactsIn(hub, decided))];
  if (parts.length === 0) {
    await hub.ledger.confirm({ org: frame.org, position: decided.position });
    return { ...recorded, reports, provers };
  }
  const { bytes, prove } = await recordParts(hub, decided, {
    reason: 'narrowing',
    parts,
    disclosedOf: disclosuresOf(notices),
  });
  const all = [...reports, { id: reportName(bytes), bytes }];
  return { ...recorded, reports: all, provers: provers && [...provers, prove] };
}

/** Returns a part for each action of a recorded frame and each holder to which it no longer goes (`isToUnact`). */
function unactsIn(hub: Hub, { frame, snapshot }: Decided): readonly UnactPart[] {
  const { actions } = hub.store;
  return actions.openActsIn(frame.org, frame.id).flatMap(({ action: digest, recipient }): UnactPart[] => {
    const [known, to] = [actions.byDigest(frame.org, digest), parseOrgId(recipient)];
    const action = known && readKnownAction(known);
    if (action === undefined || !isToUnact(hub, snapshot, { action, recipient: to })) return [];
    return [{ type: 'unact', to, digest }];
  });
}

/** Without the records of the frame, only a denial is known to be narrower than they are. */
function deniedAlone({ narrowed = [], ...notice }: DecidedNotice): DecidedNotice {
  return { ...notice, narrowed: narrowed.filter(({ outcome }) => outcome === 'denied') };
}

function narrowedParts({ part, narrowed = [] }: DecidedNotice): readonly ReportPart[] {
  return narrowed.length === 0 ? [] : [part, ...narrowed];
}

/** The frame that a report is about, and the snapshot and ledger position that it was decided from. */
export type Recordable = Pick<Decided, 'snapshot' | 'position'> & {
  readonly frame: Pick<Decided['frame'], 'org' | 'id'>;
  /** The statement of the submission, with its token if the frame has brought it. */
  readonly submission: (NonNullable<ReportContent['submission']> & { readonly token?: string }) | null;
};

/** Signs a report over these parts, records it and applies it to the projection. Throws `busy`, `full`. */
export async function recordParts(
  hub: Hub,
  { snapshot, position, frame, submission }: Recordable,
  { beside = {}, ...said }: Pick<ReportContent, 'reason' | 'parts' | 'disclosedOf' | 'beside'>,
): Promise<SignedReport> {
  const { directory, policy, now } = snapshot;
  const content: ReportContent = {
    ...said,
    beside,
    org: frame.org,
    frame: frame.id,
    directory: directory.version,
    members: [...directory.organisations.keys()],
    policies: policiesFor(policy.digests, { originator: frame.org, recipients: decidedByRules(said.parts) }),
    bundle: policy.bundle,
    submission: submission === null ? null : { number: submission.number, digest: submission.digest },
  };
  const by = recordingBy(hub, directory, now);
  const signed = await signReport(content, by);
  const { bytes, digest } = signed;
  const report = { ...content, beside, digest, issuedAt: now, ...byType(said.parts) };
  await hub.ledger.write({
    org: frame.org,
    position,
    bytes,
    digest,
    apply: (recordPosition) => {
      applyReport(hub.store, report, recordPosition);
      if (submission?.token === undefined) return;
      // The record has only the digest of the statement.
      hub.store.ledger.submissions.keepSigned(frame.org, { ...submission, token: submission.token });
    },
  });
  return signed;
}

/**
 * Quarantines the refused items before the report is recorded, so that a crash between the two repeats it;
 * returns the ledger position after it.
 */
async function quarantineRefused({ quarantine, events }: Hub, decided: Decided): Promise<number> {
  const { frame, refused, position } = decided;
  if (refused.length === 0) return position;
  const items = refused.map(({ text, code }) => {
    return { what: 'notice', reason: code, bytes: Buffer.from(text) } as const;
  });
  const { org, id, subject } = frame;
  const next = await quarantine({ org, frame: id, subject, items, position });
  for (const { code, jti } of refused) {
    if (code === 'number-conflict') events.security(code, { originator: org, jti, frame: id });
  }
  return next;
}

/**
 * Checks the number of an originator's submission statement (`watchStatement`). A submission whose notices are all refused is not
 * compared: each is in quarantine.
 */
function watchSubmission({ store, events }: Hub, { frame, submission }: Decided): void {
  const { of, last } = store.ledger.submissions;
  watchStatement(events, submission, {
    about: { originator: frame.org, frame: frame.id },
    of: (number) => of(frame.org, number),
    last: () => last(frame.org),
    alarms: { gap: 'submission-gap', late: 'submission-late', chain: 'submission-chain' },
  });
}
