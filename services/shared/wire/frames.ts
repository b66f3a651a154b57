import { type Codec, codecOf } from './codec.js';
import { liaison } from './generated/frames.js';

/** A leaf of a signed set: `salt` has 16 bytes, `part` is UTF-8 JSON. */
export interface Leaf {
  readonly salt: Uint8Array;
  readonly part: Uint8Array;
}

/** A statement with the parts it was signed over: `statement` is a compact JWS over the RFC 9162 root of the leaves. */
export interface SignedSet {
  readonly statement: string;
  readonly leaves: readonly Leaf[];
}

/** A submission: `statement` is the originator's compact JWS, `notices` are SD-JWTs in its order. */
export interface Submission {
  readonly statement: string;
  readonly notices: readonly string[];
}

/** The message of a gateway on `out.notice.<frame>`: an encoded `Submission`, on a resend with the hub's reports on it. */
export interface NoticeFrame {
  readonly submission: Uint8Array;
  readonly report?: LedgerRecord | null;
  /** W3C Trace Context, not validated here; empty or absent without tracing. */
  readonly traceparent?: string;
  /** The narrowings of `report` that the gateway received. */
  readonly narrowings?: readonly LedgerRecord[];
}

/** What a recipient gets on `in.delivery.<originator>.<frame>`: redacted SD-JWTs, one for each leaf of the statement. */
export interface DeliveryFrame {
  readonly statement?: SignedSet | null;
  readonly notices: readonly string[];
  /** As in a notice frame. */
  readonly traceparent?: string;
}

/** A record of the ledger: the hub's statement, with the receipts or the command that it records. */
export interface LedgerRecord {
  readonly statement?: SignedSet | null;
  readonly receipts: readonly SignedSet[];
  /** The command as a compact JWS; empty or absent in other records. */
  readonly command?: string;
}

/** A recipient's receipt, with the delivery statement it answers where the ledger may not know it. */
export interface Receipt {
  readonly statement?: SignedSet | null;
  readonly delivery?: SignedSet | null;
}

/** What a gateway sends on `out.receipt.<frame>`. */
export interface ReceiptFrame {
  readonly receipts: readonly Receipt[];
}

/**
 * Receipts as the router forwards them to the originator. `recorded` is the router's compact JWS about when the ledger
 * recorded the receipts whose key has a date of revocation; empty or absent if there are none.
 */
export interface ReceiptForward {
  readonly receipts: readonly SignedSet[];
  readonly recorded?: string;
}

/** A gateway's question to the router: `query` is a compact JWS. */
export interface QueryFrame {
  readonly query: string;
}

/** The router's answer: `answer` is a compact JWS. */
export interface AnswerFrame {
  readonly answer: string;
}

/** An entry of the quarantine: the hub's statement about `bytes`, and the bytes as received. */
export interface Quarantined {
  readonly statement: string;
  readonly bytes: Uint8Array;
}

interface Frames {
  readonly submission: Codec<Submission>;
  readonly notice: Codec<NoticeFrame>;
  readonly delivery: Codec<DeliveryFrame>;
  readonly record: Codec<LedgerRecord>;
  readonly receipt: Codec<ReceiptFrame>;
  readonly receiptForward: Codec<ReceiptForward>;
  readonly query: Codec<QueryFrame>;
  readonly answer: Codec<AnswerFrame>;
  readonly quarantined: Codec<Quarantined>;
}

const v1 = liaison.v1;

/** The strict codec of each message of `proto/liaison/v1/frames.proto`. */
export const frames: Frames = {
  submission: codecOf(v1.Submission),
  notice: codecOf(v1.NoticeFrame),
  delivery: codecOf(v1.DeliveryFrame),
  record: codecOf(v1.Record),
  receipt: codecOf(v1.ReceiptFrame),
  receiptForward: codecOf(v1.ReceiptForward),
  query: codecOf(v1.QueryFrame),
  answer: codecOf(v1.AnswerFrame),
  quarantined: codecOf(v1.Quarantined),
};
