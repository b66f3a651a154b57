import { fail } from '../../shared/kernel/errors.js';
import { type FrameId, type OrgId, parseFrameId, parseOrgId } from '../../shared/kernel/ids.js';
import type { Traceparent } from '../../shared/kernel/traceparent.js';
import { createRecordProver, type RecordProver } from '../../shared/ledger/delivery/record-proof.js';
import { byType } from '../../shared/ledger/record.js';
import { type ReportContent, type SignedReport, signReport } from '../../shared/ledger/record-sign.js';
import type { UnactPart } from '../../shared/ledger/record-own-parts.js';
import type { ReportPart } from '../../shared/ledger/record-parts.js';
import { ENDING_VERBS } from '../../shared/notice/action-verbs.js';
import { hexDigest } from '../../shared/trust/digest.js';
import { frames } from '../../shared/wire/frames.js';
import { mayLeave } from '../actions/may-leave.js';
import { readKnownAction } from '../actions/registers-of.js';
import { type Decided, type DecidedNotice, reportParts } from './decide.js';
import type { Hub } from '../hub.js';
import { recordingBy } from '../recording-by.js';
import { decidedByRules, policiesFor } from './policies-for.js';
import { applyReport } from '../ledger/projection.js';
import { watchStatement } from './watch-statement.js';

/** A signed report as its originator gets it. */
export interface Signed {
  /** The last token of `in.report.<id>`. */
  readonly id: FrameId;
  readonly bytes: Uint8Array;
}

/** A frame whose decisions are on the ledger; `reports` in the order of their recording. */
export interface RecordedFrame extends Omit<Decided, 'type'> {
  readonly type: 'recorded';
  readonly reports: readonly Signed[];
  /**
   * A prover for each report on the frame, in the order of the ledger: it gives what the report shows a
   * recipient. Undefined while a report cannot be read: then nothing can be delivered.
   */
  readonly provers: readonly RecordProver[] | undefined;
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
 * its refusals, and decisions that have become narrower are recorded as a narrowing. Throws `busy`, `full`.
 */
export async function recordFrame(hub: Hub, decided: Decided): Promise<RecordedFrame> {
  const { frame } = decided;
  const isRecorded = hub.store.ledger.reportOn(frame.org, frame.id) !== undefined;
  return isRecorded ? recordNarrower(hub, decided) : recordNew(hub, decided);
}

async function recordNew(hub: Hub, decided: Decided): Promise<RecordedFrame> {
  const { frame, evidence } = decided;
  const position = await quarantineRefused(hub, decided);
  const { notices, actions, requests } = decided;
  if (notices.length + actions.length + requests.length > 0) watchSubmission(hub, decided);
  const content = { reason: 'routing', parts: reportParts(decided), beside: besideOf(decided) } as const;
  const { bytes, prove } = await recordParts(hub, { ...decided, position }, content);
  // A report sent along shows that the frame was recorded on a ledger that is lost.
  const isNew = evidence.routing === undefined;
  const reports = [{ id: frame.id, bytes }];
  watchEnds(hub, decided);
  const owed = hub.store.read(() => owedIn(hub, decided));
  return { ...decided, type: 'recorded', isNew, reports, provers: [prove], owed };
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

/** What stands beside the report: the actions without their disclosures, and the requests. */
function besideOf({ actions, requests }: Decided): NonNullable<ReportContent['beside']> {
  return {
    actions: actions.map(({ wire }) => ({ ...wire, disclosures: [] })),
    requests: requests.map(({ text }) => text),
  };
}

async function recordNarrower(hub: Hub, decided: Decided): Promise<RecordedFrame> {
  const { frame } = decided;
  // Notices without `narrowed` were refused by the record.
  const notices = decided.notices.filter(({ narrowed }) => narrowed !== undefined);
  const recorded = { ...decided, notices, type: 'recorded', isNew: false } as const;
  // An earlier narrowing may not have reached the originator: a crash came between, or its IN was full.
  const { reports, provers } = await reportsOn(hub, decided);
  const parts = [...notices.flatMap(narrowedParts), ...hub.store.read(() => unactsIn(hub, decided))];
  if (parts.length === 0) {
    await hub.ledger.confirm({ org: frame.org, position: decided.position });
    return { ...recorded, reports, provers };
  }
  const { bytes, prove } = await recordParts(hub, decided, { reason: 'narrowing', parts });
  const all = [...reports, { id: reportName(bytes), bytes }];
  return { ...recorded, reports: all, provers: provers && [...provers, prove] };
}

/**
 * Reads the reports on a recorded frame, byte for byte as recorded. `reports` are for its originator: the routing report, and
 * the narrowings that the originator did not send along. Omits a report whose bytes cannot be read at present; the originator
 * offers the frame again.
 */
async function reportsOn(
  hub: Pick<Hub, 'store' | 'recordBytes'>,
  { frame, evidence }: Decided,
): Promise<Pick<RecordedFrame, 'reports' | 'provers'>> {
  const { org, id } = frame;
  const brought = new Map(
    [evidence.routing, ...evidence.narrowings].flatMap((one) =>
      one ? [[one.report.digest, one.bytes]] : [],
    ),
  );
  const records = hub.store.shares.recordsOf(org, id);
  const read = await Promise.all(
    records.map(async (record, at) => {
      const bytes = brought.get(record.digest) ?? (await hub.recordBytes(record));
      const isSent = at === 0 || !brought.has(record.digest);
      return { bytes, isSent, isRouting: at === 0 };
    }),
  );
  const reports = read.flatMap(({ bytes, isSent, isRouting }): readonly Signed[] =>
    bytes === undefined || !isSent ? [] : [{ id: isRouting ? id : reportName(bytes), bytes }],
  );
  const provers = read.flatMap(({ bytes }) => (bytes === undefined ? [] : [proverOf(bytes)]));
  return { reports, provers: provers.length === records.length ? provers : undefined };
}

/** Creates the prover of a recorded report. Throws `frame-unreadable`. */
export function proverOf(record: Uint8Array): RecordProver {
  const { statement } = frames.record.decode(record);
  if (!statement) throw fail('frame-unreadable', 'a record has no statement');
  return createRecordProver(statement);
}

/**
 * Returns a part for each action of a recorded frame and each holder that has not answered it and to which it
 * may no longer go: the key of the action was revoked, the holder was suspended, or the notice of an unseal has
 * ended or the rules forbid that unseal.
 */
function unactsIn(hub: Hub, { frame, snapshot }: Decided): readonly UnactPart[] {
  const { actions } = hub.store;
  return actions.openActsIn(frame.org, frame.id).flatMap(({ action: digest, recipient }): UnactPart[] => {
    const [known, to] = [actions.byDigest(frame.org, digest), parseOrgId(recipient)];
    const action = known && readKnownAction(known);
    if (action === undefined || mayLeave(hub, snapshot, { action, recipient: to })) return [];
    return [{ type: 'unact', to, digest }];
  });
}

function narrowedParts({ part, narrowed = [] }: DecidedNotice): readonly ReportPart[] {
  return narrowed.length === 0 ? [] : [part, ...narrowed];
}

/** The id of a narrowing: the digest of its own bytes, because a frame may be narrowed more than once (docs/architecture.md#rule-3). */
export function reportName(record: Uint8Array): FrameId {
  return parseFrameId(hexDigest(record));
}

/** The frame that a report is about, and the snapshot and ledger position that it was decided from. */
export type Recordable = Pick<Decided, 'snapshot' | 'position'> & {
  readonly frame: Pick<Decided['frame'], 'org' | 'id'>;
  readonly submission: ReportContent['submission'];
};

/** Signs a report over these parts, records it and applies it to the projection. Throws `busy`, `full`. */
export async function recordParts(
  hub: Hub,
  { snapshot, position, frame, submission }: Recordable,
  { reason, parts, beside = {} }: Pick<ReportContent, 'reason' | 'parts' | 'beside'>,
): Promise<SignedReport> {
  const { directory, policy, now } = snapshot;
  const content: ReportContent = {
    reason,
    parts,
    beside,
    org: frame.org,
    frame: frame.id,
    directory: directory.version,
    members: [...directory.organisations.keys()],
    policies: policiesFor(policy.digests, { originator: frame.org, recipients: decidedByRules(parts) }),
    bundle: policy.bundle,
    submission: submission === null ? null : { number: submission.number, digest: submission.digest },
  };
  const by = recordingBy(hub, directory, now);
  const signed = await signReport(content, by);
  const { bytes, digest } = signed;
  const report = { ...content, beside, digest, issuedAt: now, ...byType(parts) };
  await hub.ledger.write({
    org: frame.org,
    position,
    bytes,
    digest,
    apply: (recordPosition) => applyReport(hub.store, report, recordPosition),
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
  const { submissions, lastSubmission } = store.ledger;
  watchStatement(events, submission, {
    about: { originator: frame.org, frame: frame.id },
    of: (number) => submissions(frame.org, number),
    last: () => lastSubmission(frame.org),
    alarms: { gap: 'submission-gap', late: 'submission-late', chain: 'submission-chain' },
  });
}
