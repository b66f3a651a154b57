import type { Code } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { HeldAction } from '../../shared/ledger/held/held-action.js';
import type { ReceiptType } from '../../shared/ledger/receipt/receipt.js';
import { EMPTY_REGISTERS, type NoticeRegisters } from '../../shared/notice/registers.js';

/** Why a gateway keeps a copy that it would have to erase: a closed list. */
export const KEEP_GROUNDS = ['legal-hold', 'ongoing-proceedings'] as const;

/** One of `KEEP_GROUNDS`. */
export type KeepGround = (typeof KEEP_GROUNDS)[number];

/** A holding of which nothing is known. */
export const NO_HOLDING: Holding = {
  registers: EMPTY_REGISTERS,
  copy: null,
  keep: null,
  early: [],
  actions: [],
  answers: [],
};

/** All that a holder knows of one notice of another organisation. */
export interface Holding {
  readonly registers: NoticeRegisters;
  /** Null: nothing is held. */
  readonly copy: HeldCopy | null;
  /** Set by people of the organisation. */
  readonly keep: KeepGround | null;
  /** Disclosures whose revision has not come yet. */
  readonly early: readonly string[];
  /** What proves the actions that decide what of the notice is held. */
  readonly actions: readonly HeldAction[];
  /** The answers to the actions that came, newest last; at most 64. */
  readonly answers: readonly GivenAnswer[];
}

/** The copy of a notice that is held. */
export interface HeldCopy {
  /** SD-JWT digest of its revision. */
  readonly digest: string;
  readonly sdJwt: string;
  /** Digest of the disclosures in it. */
  readonly disclosed: string;
  /** Until when it is not shown, in milliseconds since 1970; null while it is shown. */
  readonly hiddenUntil: number | null;
  /** When it ends by itself, in milliseconds since 1970. */
  readonly endsAt: number;
  /** True for one that is kept on a ground though it, or a part of it, would have to be erased. It is no longer shown. */
  readonly isKept: boolean;
}

/** What a holder answers to one action; the disclosed digests before and after it are null where nothing is held. */
export interface GivenAnswer {
  /** Digest of the action. */
  readonly digest: string;
  readonly id: string;
  readonly type: ReceiptType;
  /** Of `rejected` and `not-held` why; of `kept` the ground. */
  readonly code?: Code | KeepGround;
  readonly before: string | null;
  readonly after: string | null;
}

/** What local systems are told about a notice that they know. */
export interface HoldingChange {
  readonly name: 'notice' | 'ended' | 'suspended' | 'resumed' | 'restricted' | 'extended' | 'unsealed';
  /** The originator's reason, if it gave one. */
  readonly reason: string | null;
  /** The sections that were erased or gained. */
  readonly sections?: readonly string[];
}

/** Who applies items, and how it names what it holds. */
export interface HoldingContext {
  readonly org: OrgId;
  /** Returns the digest of the disclosures in a copy. */
  readonly disclosedOf: (sdJwt: string) => string;
}
