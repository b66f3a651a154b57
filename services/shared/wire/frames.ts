import { type Codec, codecOf, frameCodecOf } from './codec.js';
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

/** An action of an originator on one of its notices, as it submits it: `statement` is a compact JWS. */
export interface Action {
  readonly statement: string;
  /** With scope `listed`: a leaf for each holder meant, among decoys. */
  readonly leaves: readonly ActionLeaf[];
  /** Of an unseal: the disclosures whose digests are in leaves. */
  readonly disclosures: readonly string[];
}

/** A leaf of an action, in clear or as its hash: exactly one of the two is present. */
export interface ActionLeaf {
  readonly leaf?: Leaf | null;
  readonly hash?: Uint8Array;
}

/**
 * An action as one holder gets it. Scope `listed` adds the holder's own leaf and path, an unseal also a
 * disclosure.
 */
export interface DeliveredAction {
  readonly statement: string;
  readonly leaf?: Leaf | null;
  readonly index: number;
  readonly path: readonly Uint8Array[];
  /** Empty except with an unseal. */
  readonly disclosure: string;
}

/** A signed set of rules of one organisation: `statement` is a compact JWS, `files` are compressed. */
export interface Release {
  readonly statement: string;
  readonly files: Uint8Array;
}

/** One thing that an organisation submits; exactly one field is present. */
export interface Item {
  /** SD-JWT with every disclosure. */
  readonly notice?: string | null;
  readonly action?: Action | null;
  /** Compact JWS. */
  readonly request?: string | null;
  readonly release?: Release | null;
  /** Compact JWS. */
  readonly keyRequest?: string | null;
}

/** The name of the field that an item has. */
export type ItemType = keyof Item;

/** A submission: `statement` is the originator's compact JWS over the items in their order. */
export interface Submission {
  readonly statement: string;
  readonly items: readonly Item[];
}

/** The message of a gateway on `out.submission.<frame>`: an encoded `Submission`, on a resend with the hub's reports on it. */
export interface SubmissionFrame {
  readonly submission: Uint8Array;
  readonly report?: LedgerRecord | null;
  /** W3C Trace Context, not validated here; empty or absent without tracing. */
  readonly traceparent?: string;
  /** The narrowings of `report` that the gateway received. */
  readonly narrowings?: readonly LedgerRecord[];
}

/**
 * What one member is shown of a record: the statement (compact JWS), and the member's own leaves with their
 * path.
 */
export interface RecordProof {
  readonly statement: string;
  readonly own: readonly Leaf[];
  readonly index: number;
  readonly path: readonly Uint8Array[];
}

/** One thing that a recipient is handed; exactly one field is present. */
export interface DeliveredItem {
  /** SD-JWT, redacted. */
  readonly notice?: string | null;
  readonly action?: DeliveredAction | null;
  /** Compact JWS. */
  readonly request?: string | null;
  readonly recall?: CommandPair | null;
}

/** The exact bytes of the records of two commands: one proposed an order, and another person's carried it out. */
export interface CommandPair {
  readonly proposal: Uint8Array;
  readonly record: Uint8Array;
}

/** What a recipient gets on `in.delivery.<originator>.<frame>`. */
export interface DeliveryFrame {
  /** The router's delivery statement as a compact JWS. */
  readonly statement: string;
  /** One for each record that the statement names, in its order. */
  readonly records: readonly RecordProof[];
  /** The recipient's seed of the routing report; empty without notices. */
  readonly seed: Uint8Array;
  /** Actions and requests first, then the notices in the order of the submission. */
  readonly items: readonly DeliveredItem[];
  /** As in a frame of a submission. */
  readonly traceparent?: string;
}

/**
 * A record of the ledger: the hub's statement, with what it records as others signed it. Tokens are compact JWSs; each is
 * named by its digest in a part of the statement.
 */
export interface LedgerRecord {
  readonly statement?: SignedSet | null;
  readonly receipts?: readonly string[];
  readonly command?: string;
  /** Without disclosures. */
  readonly actions?: readonly Action[];
  readonly requests?: readonly string[];
  readonly changes?: readonly string[];
  /** The statement of the frame that brought the receipts. */
  readonly receiptsStatement?: string;
  readonly releases?: readonly Release[];
  readonly keyRequests?: readonly string[];
}

/** A recipient's receipt, with the delivery statement that it answers; both are compact JWSs. */
export interface Receipt {
  readonly statement: string;
  /** Empty where the ledger is known to have the delivery. */
  readonly delivery?: string;
}

/** What a gateway sends on `out.receipt.<frame>`: `statement` numbers the frame and lists its receipts and changes. */
export interface ReceiptFrame {
  readonly statement: string;
  readonly receipts: readonly Receipt[];
  readonly changes: readonly string[];
}

/**
 * Receipts and changes as the router forwards them to the originator. `recorded` is the router's compact JWS about when the
 * ledger recorded the receipts whose key has a date of revocation; empty or absent if there are none.
 */
export interface ReceiptForward {
  readonly receipts: readonly Receipt[];
  readonly recorded?: string;
  readonly changes?: readonly string[];
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

/** What the auditor publishes on `checkpoint`, and routers on `in.checkpoint`; read with `readCheckpoint`. */
export interface CheckpointFrame {
  /** Compact JWS of the auditor. */
  readonly heartbeat: string;
  /** A signed note, the checkpoint of the log; empty or absent before there is one. */
  readonly note?: string;
  /** Proves that the note extends the one before; hashes of 32 bytes. */
  readonly proof: readonly Uint8Array[];
  /** Signatures of witnesses under the note. */
  readonly cosignatures: readonly string[];
  /** Shows by whose order this life of the log began; absent in its first life. */
  readonly recovery?: CommandPair | null;
}

/**
 * The directory as it is stored and sent: the version that the root signed last, with one part for each organisation, each
 * contact and each person's name, and what a key of use `directory` amended in it.
 */
export interface DirectoryFrame {
  readonly directory?: SignedSet | null;
  readonly amendment?: SignedSet | null;
}

interface Frames {
  readonly action: Codec<Action>;
  readonly submission: Codec<Submission>;
  readonly submissionFrame: Codec<SubmissionFrame>;
  readonly delivery: Codec<DeliveryFrame>;
  readonly record: Codec<LedgerRecord>;
  readonly receipt: Codec<ReceiptFrame>;
  readonly receiptForward: Codec<ReceiptForward>;
  readonly query: Codec<QueryFrame>;
  readonly answer: Codec<AnswerFrame>;
  readonly quarantined: Codec<Quarantined>;
  readonly checkpoint: Codec<CheckpointFrame>;
  readonly directory: Codec<DirectoryFrame>;
}

const v1 = liaison.v1;

/** The strict codec of each message of `proto/liaison/v1/frames.proto`. */
export const frames: Frames = {
  action: codecOf(v1.Action),
  submission: codecOf(v1.Submission),
  submissionFrame: frameCodecOf(v1.SubmissionFrame),
  delivery: frameCodecOf(v1.DeliveryFrame),
  record: frameCodecOf(v1.Record),
  receipt: frameCodecOf(v1.ReceiptFrame),
  receiptForward: frameCodecOf(v1.ReceiptForward),
  query: frameCodecOf(v1.QueryFrame),
  answer: frameCodecOf(v1.AnswerFrame),
  quarantined: frameCodecOf(v1.Quarantined),
  checkpoint: frameCodecOf(v1.CheckpointFrame),
  directory: frameCodecOf(v1.DirectoryFrame),
};
