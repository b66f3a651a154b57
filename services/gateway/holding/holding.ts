import type { Code } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { HeldAction } from '../../shared/ledger/held/held-action.js';
import type { ReceiptType } from '../../shared/kernel/receipt-types.js';
import { EMPTY_REGISTERS, type NoticeRegisters } from '../../shared/notice/registers.js';

/** The grounds on which a gateway may keep a copy that it would have to erase: a closed list. */
export const KEEP_GROUNDS = ['legal-hold', 'ongoing-proceedings'] as const;

/** One of `KEEP_GROUNDS`. */
export type KeepGround = (typeof KEEP_GROUNDS)[number];

/** The holding of a notice of which nothing is known. */
export const NO_HOLDING: Holding = {
  registers: EMPTY_REGISTERS,
  copy: null,
  keep: null,
  early: [],
  actions: [],
  answers: [],
};

/** Everything that a holder knows of one notice of another organisation. */
export interface Holding {
  readonly registers: NoticeRegisters;
  /** Null: nothing is held. */
  readonly copy: HeldCopy | null;
  /** Set by people of the organisation. */
  readonly keep: KeepGround | null;
  /** Disclosures that unseals brought for revisions that have not come yet. */
  readonly early: readonly string[];
  /** What proves the actions that decide what of the notice is held. */
  readonly actions: readonly HeldAction[];
  /** The answers to the last 257 actions, newest last; declines are not kept. */
  readonly answers: readonly GivenAnswer[];
}

/** The copy of a notice that is held. */
export interface HeldCopy {
  /** SD-JWT digest of its revision. */
  readonly digest: string;
  readonly sdJwt: string;
  /** Digest of the disclosures in it. */
  readonly disclosed: string;
  /** The copy is not shown until then, in milliseconds since 1970; null while it is shown. */
  readonly hiddenUntil: number | null;
  /** When it ends by itself, in milliseconds since 1970. */
  readonly endsAt: number;
  /**
   * True for a copy that would have to be erased, as a whole or in part, and is kept on a ground. It is not
   * shown.
   */
  readonly isKept: boolean;
}

/** What a holder answers to one action; the disclosed digests before and after it are null where nothing is held. */
export interface GivenAnswer {
  /** Digest of the action. */
  readonly digest: string;
  readonly id: string;
  readonly type: ReceiptType;
  /** The reason of `rejected` and `not-held`; the ground of `kept`. */
  readonly code?: Code | KeepGround;
  readonly before: string | null;
  readonly after: string | null;
}

/** A change that local systems are notified of, about a notice that they were shown. */
export interface HoldingChange {
  readonly name: 'notice' | 'ended' | 'suspended' | 'resumed' | 'restricted' | 'extended' | 'unsealed';
  /** The originator's reason, if it gave one. */
  readonly reason: string | null;
  /** The sections that were erased or gained. */
  readonly sections?: readonly string[];
}

/** The organisation that applies items, and how it computes the digest of what a copy discloses. */
export interface HoldingContext {
  readonly org: OrgId;
  /** Returns the digest of the disclosures in a copy. */
  readonly disclosedOf: (sdJwt: string) => string;
}
