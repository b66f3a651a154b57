import type { Delivery } from '../../shared/bus/delivery.js';
import { fail } from '../../shared/kernel/errors.js';
import type { FrameId, OrgId } from '../../shared/kernel/ids.js';
import { parseTraceparent, type Traceparent } from '../../shared/kernel/traceparent.js';
import { frameId } from '../../shared/trust/digest.js';
import { frames, type LedgerRecord, type Submission } from '../../shared/wire/frames.js';
import { type Outgoing, parseSubject } from '../../shared/wire/subjects.js';

/** A message of an organisation's account whose subject and id were checked; nothing in it is believed yet. */
export interface Frame {
  /** Whose account it came from: everything inside must be this organisation's. */
  readonly org: OrgId;
  readonly of: Outgoing;
  readonly id: FrameId;
  readonly bytes: Uint8Array;
  /** 1 the first time. */
  readonly attempt: number;
  readonly storedAt: Date;
  /** What a router reported on it once, as its sender kept it; nothing in it is believed yet. */
  readonly report: LedgerRecord | undefined;
  /** The submission of a frame of notices, decoded once. Throws `frame-unreadable`. */
  submission(): Submission;
  /** As it came; for the quarantine only. */
  readonly subject: string;
  /** What its sender calls its span; undefined where it says nothing, or nothing that can be read. For traces only. */
  readonly traceparent: Traceparent | undefined;
  /** Last of all: double acknowledgement. Harmless when it is not confirmed, for everything meets itself again. */
  settle(): Promise<boolean>;
}

type Framed = Pick<Delivery, 'subject' | 'bytes' | 'attempt' | 'storedAt' | 'settle'>;

/**
 * Matches the whole subject and computes the frame id from the bytes again, as a subject is never trusted
 * (docs/architecture.md#rule-1). Throws `subject-invalid`, `frame-unreadable` or `frame-id-mismatch`.
 */
export function readFrame(org: OrgId, delivery: Framed): Frame {
  const { subject, bytes, attempt, storedAt } = delivery;
  const parsed = parseSubject(subject);
  if (parsed?.type !== 'out') throw fail('subject-invalid', 'no subject of a frame');
  // A resend with a report, or in another trace, keeps its id: a notice frame is named by its submission alone.
  const notice = parsed.of === 'notice' ? frames.notice.decode(bytes) : undefined;
  const named = notice?.submission ?? bytes;
  if (frameId(parsed.of, org, named) !== parsed.frame) {
    throw fail('frame-id-mismatch', 'a frame is not named by its bytes');
  }
  return {
    org,
    of: parsed.of,
    id: parsed.frame,
    subject,
    bytes,
    report: notice?.report ?? undefined,
    submission: decodedOnce(named),
    attempt,
    storedAt,
    traceparent: parseTraceparent(notice?.traceparent),
    settle: () => delivery.settle(),
  };
}

function decodedOnce(bytes: Uint8Array): () => Submission {
  let decoded: Submission | undefined;
  return () => (decoded ??= frames.submission.decode(bytes));
}
