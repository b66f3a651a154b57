import { type FrameId, parseFrameId } from '../../shared/kernel/ids.js';
import type { Traceparent } from '../../shared/kernel/traceparent.js';
import { type ReportContent, signReport } from '../../shared/ledger/record-sign.js';
import type { ReportPart } from '../../shared/ledger/record-parts.js';
import { hexDigest } from '../../shared/trust/digest.js';
import { type Decided, type DecidedNotice, reportParts } from './decide.js';
import type { Hub } from '../hub.js';
import { decidedByRules, policiesFor } from './policies-for.js';
import { applyReport } from '../ledger/projection.js';

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
  if (decided.notices.length > 0) watchSubmission(hub, decided);
  const content = { reason: 'routing', parts: reportParts(decided) } as const;
  const bytes = await recordParts(hub, { ...decided, position }, content);
  // A report sent along shows that the frame was recorded on a ledger that is lost.
  const isNew = evidence.routing === undefined;
  return { ...decided, type: 'recorded', isNew, reports: [{ id: frame.id, bytes }] };
}

async function recordNarrower(hub: Hub, decided: Decided): Promise<RecordedFrame> {
  const { frame } = decided;
  // Notices without `narrowed` were refused by the record.
  const notices = decided.notices.filter(({ narrowed }) => narrowed !== undefined);
  const recorded = { ...decided, notices, type: 'recorded', isNew: false } as const;
  // An earlier narrowing may not have reached the originator: a crash came between, or its IN was full.
  const earlier = await reportsOn(hub, decided);
  const parts = notices.flatMap(narrowedParts);
  if (parts.length === 0) {
    await hub.ledger.confirm({ org: frame.org, position: decided.position });
    return { ...recorded, reports: earlier };
  }
  const bytes = await recordParts(hub, decided, { reason: 'narrowing', parts });
  return { ...recorded, reports: [...earlier, { id: reportName(bytes), bytes }] };
}

/**
 * Returns the reports on a recorded frame for its originator, byte for byte as recorded: the routing report, and the
 * narrowings that the originator did not send along. Omits a report whose bytes cannot be read at present; the originator
 * offers the frame again.
 */
async function reportsOn(
  { store, recordBytes }: Hub,
  { frame, evidence: { routing, narrowings } }: Decided,
): Promise<readonly Signed[]> {
  const { org, id } = frame;
  const report = store.ledger.reportOn(org, id);
  const isBrought = routing !== undefined && store.ledger.has(routing.report.digest);
  const bytes = isBrought ? routing.bytes : report && (await recordBytes(report));
  const has = new Set(narrowings.map((brought) => brought.report.digest));
  const missing = store.ledger.narrowingsOn(org, id).filter(({ digest }) => !has.has(digest));
  const others = await Promise.all(missing.map(recordBytes));
  return [
    ...(bytes === undefined ? [] : [{ id, bytes }]),
    ...others.flatMap((other) => (other === undefined ? [] : [{ id: reportName(other), bytes: other }])),
  ];
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

/** Signs a report over these parts, records it and applies it to the projection; returns its bytes. Throws `busy`, `full`. */
export async function recordParts(
  hub: Hub,
  { snapshot, position, frame, submission }: Recordable,
  { reason, parts }: Pick<ReportContent, 'reason' | 'parts'>,
): Promise<Uint8Array> {
  const { directory, policy, now } = snapshot;
  const content: ReportContent = {
    reason,
    parts,
    org: frame.org,
    frame: frame.id,
    directory: directory.version,
    policies: policiesFor(policy.digests, { originator: frame.org, recipients: decidedByRules(parts) }),
    bundle: policy.bundle,
    submission: submission === null ? null : { number: submission.number, digest: submission.digest },
  };
  const by = { signer: hub.signer, federation: directory.federation, now };
  const { bytes, digest } = await signReport(content, by);
  const report = {
    ...content,
    digest,
    issuedAt: now,
    notices: parts.filter((part) => part.type === 'notice'),
    decisions: parts.filter((part) => part.type === 'decision'),
    denials: parts.filter((part) => part.type === 'denial'),
    refusals: parts.filter((part) => part.type === 'refusal'),
  };
  await hub.ledger.write({
    org: frame.org,
    position,
    bytes,
    digest,
    apply: (recordPosition) => applyReport(hub.store, report, recordPosition),
  });
  return bytes;
}

/**
 * Quarantines the refused notices before the report is recorded, so that this is repeated after a crash;
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
 * Checks that the numbers of an originator's statements rise by one. A gap or a late number raises an alarm and is never
 * a reason to refuse or to wait; two different statements with one number are a security event
 * (docs/architecture.md#submission-statement). A submission whose notices are all refused is not compared: each is in quarantine.
 */
function watchSubmission({ store, events }: Hub, { frame, submission }: Decided): void {
  const { number, digest, previous } = submission;
  const about = { originator: frame.org, frame: frame.id, number };
  const same = store.ledger.submissions(frame.org, number);
  if (same.includes(digest)) return;
  if (same.length > 0) events.security('statement-conflict', about);
  const last = store.ledger.lastSubmission(frame.org);
  if (number !== last + 1) {
    const alarm = number > last ? 'submission-gap' : 'submission-late';
    events.alarm(alarm, undefined, { ...about, last });
    return;
  }
  const before = store.ledger.submissions(frame.org, last);
  const continues = before.length === 0 ? previous === null : before.some((one) => one === previous);
  if (!continues) events.alarm('submission-chain', undefined, about);
}
