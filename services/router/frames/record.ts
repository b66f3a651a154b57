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
  /** True when the frame was recorded now, not earlier. */
  readonly isNew: boolean;
  /** Trace context for the deliveries; set by the traced recipe. */
  readonly traceparent?: Traceparent;
}

/**
 * Records the signed routing report on `ledger.<org>`. A frame that is recorded already keeps its record; decisions that
 * became narrower since are recorded as a narrowing. Throws `busy`, `full`.
 */
export async function recordFrame(hub: Hub, decided: Decided): Promise<RecordedFrame> {
  const { frame } = decided;
  const report = hub.store.ledger.reportOn(frame.org, frame.id);
  const isRecorded = decided.notices.every(({ narrowed }) => narrowed !== undefined);
  if (!isRecorded || !report?.bytes) {
    const position = await quarantineRefused(hub, decided);
    watchSubmission(hub, decided);
    const bytes = await recordParts(
      hub,
      { ...decided, position },
      { reason: 'routing', parts: reportParts(decided) },
    );
    return { ...decided, type: 'recorded', isNew: true, reports: [{ id: frame.id, bytes }] };
  }
  // An earlier narrowing may not have reached the originator: a crash came between, or its IN was full.
  const narrowings = hub.store.ledger.narrowingsOn(frame.org, frame.id);
  const earlier = [
    { id: frame.id, bytes: report.bytes },
    ...narrowings.map((bytes) => ({ id: reportName(bytes), bytes })),
  ];
  const parts = decided.notices.flatMap(narrowedParts);
  if (parts.length === 0) {
    await hub.ledger.confirm({ org: frame.org, position: decided.position });
    return { ...decided, type: 'recorded', isNew: false, reports: earlier };
  }
  const bytes = await recordParts(hub, decided, { reason: 'narrowing', parts });
  return {
    ...decided,
    type: 'recorded',
    isNew: false,
    reports: [...earlier, { id: reportName(bytes), bytes }],
  };
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
    if (code === 'revision-conflict') events.security(code, { originator: org, jti, frame: id });
  }
  return next;
}

/**
 * Checks that the numbers of an originator's statements rise by one. A gap or a late number raises an alarm and is never
 * a reason to refuse or to wait; two different statements with one number are a security event
 * (docs/architecture.md#submission-statement).
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
  const [before] = store.ledger.submissions(frame.org, last);
  if (previous !== (before ?? null)) events.alarm('submission-chain', undefined, about);
}
