import type { FrameId } from '../../shared/kernel/ids.js';
import { parseFrameId } from '../../shared/kernel/ids.js';
import type { Traceparent } from '../../shared/kernel/traceparent.js';
import { type ReportContent, signReport } from '../../shared/ledger/record-sign.js';
import type { ReportPart } from '../../shared/ledger/record-parts.js';
import { hexDigest } from '../../shared/trust/digest.js';
import { type Decided, type DecidedNotice, reportParts } from './decide.js';
import type { Hub } from '../hub.js';
import { decidedByRules, policiesFor } from './policies-for.js';
import { applyReport } from '../ledger/projection.js';
import { watchSubmission } from './watch-submission.js';

/** A report as its originator gets it. */
export interface Signed {
  /** The last token of `in.report.<id>`. */
  readonly id: FrameId;
  readonly bytes: Uint8Array;
}

/** A frame whose decisions stand on the ledger; `reports` in the order in which they were recorded. */
export interface RecordedFrame extends Omit<Decided, 'type'> {
  readonly type: 'recorded';
  readonly reports: readonly Signed[];
  /** True when it was recorded now and not before. */
  readonly isNew: boolean;
  /** What its deliveries carry on; set by whoever traces. */
  readonly traceparent?: Traceparent;
}

/** The signed routing report → `ledger.<org>`; already recorded: what is recorded, or what became narrower since. */
export async function recordFrame(hub: Hub, decided: Decided): Promise<RecordedFrame> {
  const { frame } = decided;
  const report = hub.store.ledger.reportOn(frame.org, frame.id);
  const isRecorded = decided.notices.every(({ narrowed }) => narrowed !== undefined);
  if (!isRecorded || !report?.bytes) {
    const position = await putRefusedAway(hub, decided);
    watchSubmission(hub, decided);
    const bytes = await recordParts(
      hub,
      { ...decided, position },
      { reason: 'routing', parts: reportParts(decided) },
    );
    return { ...decided, type: 'recorded', isNew: true, reports: [{ id: frame.id, bytes }] };
  }
  // A narrowing may have been recorded and never sent, by a crash between or a full IN.
  const narrowings = hub.store.ledger.narrowingsOn(frame.org, frame.id);
  const before = [
    { id: frame.id, bytes: report.bytes },
    ...narrowings.map((bytes) => ({ id: reportName(bytes), bytes })),
  ];
  const parts = decided.notices.flatMap(narrowedParts);
  if (parts.length === 0) {
    await hub.ledger.confirm({ org: frame.org, position: decided.position });
    return { ...decided, type: 'recorded', isNew: false, reports: before };
  }
  const bytes = await recordParts(hub, decided, { reason: 'narrowing', parts });
  return { ...decided, type: 'recorded', isNew: false, reports: [...before, { id: reportName(bytes), bytes }] };
}

function narrowedParts({ part, narrowed = [] }: DecidedNotice): readonly ReportPart[] {
  return narrowed.length === 0 ? [] : [part, ...narrowed];
}

/** A narrowing is named by its own bytes: a frame may be narrowed more than once (docs/architecture.md#rule-3). */
export function reportName(record: Uint8Array): FrameId {
  return parseFrameId(hexDigest(record));
}

/** What is recorded on whose account, decided from when. */
export type Recordable = Pick<Decided, 'snapshot' | 'position'> & {
  readonly frame: Pick<Decided['frame'], 'org' | 'id'>;
  readonly submission: ReportContent['submission'];
};

/** Signs a report over these parts, records it and takes it into the projection. Throws `busy`, `full`. */
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

/** Before the record, so that a crash between repeats it rather than forgets it; gives the position behind it. */
async function putRefusedAway({ quarantine, events }: Hub, decided: Decided): Promise<number> {
  const { frame, refused, position } = decided;
  if (refused.length === 0) return position;
  const items = refused.map(({ text, code }) => {
    return { what: 'notice', reason: code, bytes: Buffer.from(text) } as const;
  });
  const { org, id, subject } = frame;
  const behind = await quarantine({ org, frame: id, subject, items, position });
  for (const { code, jti } of refused) {
    if (code === 'revision-conflict') events.security(code, { originator: org, jti, frame: id });
  }
  return behind;
}
