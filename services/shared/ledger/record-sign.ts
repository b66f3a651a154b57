import type { FrameId, OrgId } from '../kernel/ids.js';
import { digest } from '../trust/digest.js';
import { signSet } from '../trust/signed-set.js';
import { frames, type SignedSet } from '../wire/frames.js';
import { withOthers } from './others.js';
import type { SubmissionName } from './record.js';
import { claimsOf, type Recording } from './record-common.js';
import type { ReceiptsPart, ReportPart } from './record-parts.js';

/** What a report says; `parts` in the order of the submission. */
export interface ReportContent {
  readonly reason: 'routing' | 'narrowing';
  readonly org: OrgId;
  readonly frame: FrameId;
  readonly directory: number;
  readonly policies: Readonly<Record<string, string>>;
  readonly submission: SubmissionName | null;
  readonly parts: readonly ReportPart[];
}

/** A record that was just signed: exact bytes, and the digest of its statement. */
export interface SignedRecord {
  readonly bytes: Uint8Array;
  readonly digest: string;
}

/** Signs a routing report or a narrowing: the exact bytes of the ledger record and of `in.report`. */
export async function signReport(content: ReportContent, recording: Recording): Promise<SignedRecord> {
  const { reason, parts, org, frame, directory, policies, submission } = content;
  const statement = await signSet({
    typ: 'report+jws',
    claims: { ...claimsOf(org, frame, recording), type: reason, directory, policies, submission },
    parts: withOthers(parts),
    signer: recording.signer,
  });
  return packed(statement, []);
}

/** A receipt with what the router found out about its delivery. */
export interface RecordedReceipt {
  readonly set: SignedSet;
  readonly originator: OrgId;
  readonly delivery: FrameId;
  readonly recovered: boolean;
}

/** Signs a record of receipts, each of which stays as its recipient signed it. */
export async function signReceipts(
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
  const statement = await signSet({
    typ: 'receipt-record+jws',
    claims: { ...claimsOf(org, frame, recording), type: 'receipts' },
    parts,
    signer: recording.signer,
  });
  return packed(
    statement,
    receipts.map(({ set }) => set),
  );
}

function packed(statement: SignedSet, receipts: readonly SignedSet[]): SignedRecord {
  return { bytes: frames.record.encode({ statement, receipts }), digest: digest(statement.statement) };
}
