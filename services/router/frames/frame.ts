import type { Delivery } from '../../shared/bus/delivery.js';
import { fail } from '../../shared/kernel/errors.js';
import type { FrameId, OrgId } from '../../shared/kernel/ids.js';
import { parseTraceparent, type Traceparent } from '../../shared/kernel/traceparent.js';
import { frameId } from '../../shared/trust/digest.js';
import { frames, type LedgerRecord, type Submission } from '../../shared/wire/frames.js';
import { type Outgoing, parseSubject } from '../../shared/wire/subjects.js';

/** A message from an organisation's account whose subject and id were checked. Its content is not verified yet. */
export interface Frame {
  /** The organisation whose account the message came from; everything in it must be this organisation's. */
  readonly org: OrgId;
  readonly of: Outgoing;
  readonly id: FrameId;
  readonly bytes: Uint8Array;
  /** Number of this delivery by the broker, from 1. */
  readonly attempt: number;
  readonly storedAt: Date;
  /** An earlier report on the frame, as its sender kept it. Not verified yet. */
  readonly report: LedgerRecord | undefined;
  /** The narrowings that the sender sent along. Not verified yet. */
  readonly narrowings: readonly LedgerRecord[];
  /** Decodes the submission of a frame of notices, once. Throws `frame-unreadable`. */
  submission(): Submission;
  /** As received; for the quarantine only. */
  readonly subject: string;
  /** The sender's span; undefined when absent or unreadable. For traces only. */
  readonly traceparent: Traceparent | undefined;
  /**
   * Acknowledges the message, confirmed by the broker; false when it was not confirmed. That is harmless: the frame is
   * redelivered and every step recognises its earlier result.
   */
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
  if (parsed?.type !== 'out') throw fail('subject-invalid', 'not the subject of a frame');
  // A frame of notices is named by its submission alone, so that a resend with a report or in another trace keeps its id.
  const notice = parsed.of === 'submission' ? frames.submissionFrame.decode(bytes) : undefined;
  const named = notice?.submission ?? bytes;
  if (frameId(parsed.of, org, named) !== parsed.frame) {
    throw fail('frame-id-mismatch', 'the id of a frame is not the digest of its bytes');
  }
  return {
    org,
    of: parsed.of,
    id: parsed.frame,
    subject,
    bytes,
    report: notice?.report ?? undefined,
    narrowings: notice?.narrowings ?? [],
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
