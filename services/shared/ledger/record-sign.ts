import type { FrameId, OrgId } from '../kernel/ids.js';
import { digest } from '../trust/digest.js';
import type { SignedSet } from '../wire/frames.js';
import { withOthers } from './others.js';
import type { SubmissionName } from './record.js';
import { type Recording, type SignedRecord, signRecord } from './record-head.js';
import type { ReceiptsPart, ReportPart } from './record-parts.js';

/** What a report says; `parts` are in the order of the submission. */
export interface ReportContent {
  readonly reason: 'routing' | 'narrowing';
  readonly org: OrgId;
  readonly frame: FrameId;
  readonly directory: number;
  readonly policies: Readonly<Record<string, string>>;
  /** Digest of the whole adopted bundle; absent in a report of a hub that adopts none. */
  readonly bundle?: string | undefined;
  readonly submission: SubmissionName | null;
  readonly parts: readonly ReportPart[];
}

/** Signs a routing report or a narrowing. The bytes are those of the ledger record and of the message on `in.report`. */
export function signReport(content: ReportContent, recording: Recording): Promise<SignedRecord> {
  const { reason, parts, org, frame, directory, policies, bundle, submission } = content;
  const named = bundle === undefined ? {} : { bundle };
  const claims = { type: reason, directory, policies, ...named, submission };
  return signRecord({ typ: 'report+jws', org, frame, claims, parts: withOthers(parts) }, recording);
}

/** A receipt with what the router knows about its delivery. */
export interface RecordedReceipt {
  readonly set: SignedSet;
  readonly originator: OrgId;
  readonly delivery: FrameId;
  readonly recovered: boolean;
}

/** Signs a record of receipts; each receipt stays as its recipient signed it. */
export function signReceipts(
  content: { readonly org: OrgId; readonly frame: FrameId; readonly receipts: readonly RecordedReceipt[] },
  recording: Recording,
): Promise<SignedRecord> {
  const { org, frame, receipts } = content;
  const parts = receipts.map(
    ({ set, originator, delivery, recovered }): ReceiptsPart => ({
      type: 'receipts',
      originator,
      delivery,
      digest: digest(set.statement),
      recovered,
    }),
  );
  const claims = { type: 'receipts' };
  const beside = { receipts: receipts.map(({ set }) => set) };
  return signRecord({ typ: 'receipt-record+jws', org, frame, claims, parts, beside }, recording);
}
