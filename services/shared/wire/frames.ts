import { type Codec, codecOf } from './codec.js';
import { liaison } from './generated/frames.js';

/** `salt` 16 bytes, `part` UTF-8 JSON. */
export interface Leaf {
  readonly salt: Uint8Array;
  readonly part: Uint8Array;
}

/** `statement` is a compact JWS over the RFC 9162 root of the leaves. */
export interface SignedSet {
  readonly statement: string;
  readonly leaves: readonly Leaf[];
}

export interface Submission {
  readonly statement: string;
  readonly notices: readonly string[];
}

export interface NoticeFrame {
  readonly submission: Uint8Array;
  readonly report?: LedgerRecord | null;
  /** Not checked by decoding; empty or absent when nothing is traced. */
  readonly traceparent?: string;
}

export interface DeliveryFrame {
  readonly statement?: SignedSet | null;
  readonly notices: readonly string[];
  /** As in a notice frame. */
  readonly traceparent?: string;
}

export interface LedgerRecord {
  readonly statement?: SignedSet | null;
  readonly receipts: readonly SignedSet[];
  /** A compact JWS; empty or absent when it is no record of a command. */
  readonly command?: string;
}

export interface Receipt {
  readonly statement?: SignedSet | null;
  readonly delivery?: SignedSet | null;
}

export interface ReceiptFrame {
  readonly receipts: readonly Receipt[];
}

export interface ReceiptForward {
  readonly receipts: readonly SignedSet[];
}

export interface QueryFrame {
  readonly query: string;
}

export interface AnswerFrame {
  readonly answer: string;
}

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
