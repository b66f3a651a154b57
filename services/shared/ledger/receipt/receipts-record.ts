import type { FrameId, OrgId } from '../../kernel/ids.js';
import type { LedgerRecord } from '../../wire/frames.js';
import {
  malformed,
  type RecordHead,
  type Recording,
  requireDigests,
  type SignedRecord,
  signRecord,
} from '../record-head.js';
import { checkedPart } from '../record-part-schemas.js';

/** The part about one receipt; the receipt itself is next to the statement, and says what delivery it answers. */
interface ReceiptsPart {
  readonly type: 'receipts';
  /** Digest of the receipt. */
  readonly digest: string;
  /** True if the ledger did not have the delivery and the receipt proved it with the router's delivery statement. */
  readonly recovered: boolean;
}

/** The part about one change of receipts; the change itself is next to the statement. */
interface ChangePart {
  readonly type: 'change';
  /** Digest of the change. */
  readonly digest: string;
}

/** The part about the statement of a frame of receipts, which is next to the statement of the record. */
export interface ReceiptsStatementPart {
  readonly type: 'receipts-statement';
  readonly number: number;
  /** Digest of the statement of the frame. */
  readonly digest: string;
}

/**
 * A record of the receipts and changes in one frame, each as its recipient signed it. The hub's signature says when the hub
 * recorded them, and which organisation sent the frame.
 */
export interface Receipts extends RecordHead {
  readonly type: 'receipts';
  readonly receipts: readonly (ReceiptsPart & Token)[];
  readonly changes: readonly (ChangePart & Token)[];
  /** The statement of the frame that brought them. */
  readonly statementOf: ReceiptsStatementPart & Token;
}

/** A compact JWS beside the statement of a record. */
interface Token {
  readonly token: string;
}

/**
 * Reads the parts of a record of receipts without verifying the receipts themselves. Throws `token-malformed`,
 * `schema-invalid`, and `digest-mismatch` if it has other receipts or changes beside it than it names.
 */
export function readReceipts(
  head: RecordHead,
  { receipts = [], changes = [], receiptsStatement = '' }: LedgerRecord,
  values: readonly unknown[],
): Receipts {
  if (values.length !== receipts.length + changes.length + 1) throw malformed();
  const about = values.slice(0, receipts.length).map((one) => checkedPart<ReceiptsPart>(one, ['receipts']));
  const changed = values.slice(receipts.length, -1).map((one) => checkedPart<ChangePart>(one, ['change']));
  const statement = checkedPart<ReceiptsStatementPart>(values.at(-1), ['receipts-statement']);
  requireDigests([...about, ...changed, statement], [...receipts, ...changes, receiptsStatement]);
  return {
    ...head,
    type: 'receipts',
    receipts: about.map((part, at) => ({ ...part, token: receipts[at] ?? '' })),
    changes: changed.map((part, at) => ({ ...part, token: changes[at] ?? '' })),
    statementOf: { ...statement, token: receiptsStatement },
  };
}

/** A receipt with what the router knows about its delivery. */
export interface RecordedReceipt {
  /** Compact JWS of the recipient. */
  readonly token: string;
  /** Digest of the token. */
  readonly digest: string;
  readonly recovered: boolean;
}

/** A change of receipts, as its recipient signed it. */
export interface RecordedChange {
  readonly token: string;
  /** Digest of the token. */
  readonly digest: string;
}

/** The receipts and changes of one frame that are recorded. */
export interface ReceiptsContent {
  readonly org: OrgId;
  readonly frame: FrameId;
  readonly receipts: readonly RecordedReceipt[];
  readonly changes: readonly RecordedChange[];
  /** The statement of the frame, a compact JWS, with its number. */
  readonly statement: { readonly token: string; readonly digest: string; readonly number: number };
}

/** Signs a record of receipts; each receipt stays as its recipient signed it. */
export function signReceipts(content: ReceiptsContent, recording: Recording): Promise<SignedRecord> {
  const { org, frame, receipts, changes, statement } = content;
  const parts: (ReceiptsPart | ChangePart | ReceiptsStatementPart)[] = [
    ...receipts.map(({ digest, recovered }): ReceiptsPart => ({ type: 'receipts', digest, recovered })),
    ...changes.map(({ digest }): ChangePart => ({ type: 'change', digest })),
    { type: 'receipts-statement', number: statement.number, digest: statement.digest },
  ];
  const beside = {
    receipts: receipts.map(({ token }) => token),
    changes: changes.map(({ token }) => token),
    receiptsStatement: statement.token,
  };
  const claims = { type: 'receipts' };
  return signRecord({ typ: 'receipt-record+jws', org, frame, claims, parts, beside }, recording);
}
