import type { Code } from '../../shared/kernel/errors.js';
import { type HeldContext, type HeldEvidence, verifyHeld } from '../../shared/ledger/held/verify-held.js';

/** A held notice as its gateway returns it; only `raw` is evidence, the other members are unsigned. */
export interface HeldNotice extends HeldEvidence {
  readonly id: string;
  readonly number: number;
  readonly kind: string;
  readonly receivedAt: string;
  readonly life: HeldLife;
}

/** How long a held notice lives, and what changed last, as its gateway says. */
export interface HeldLife {
  readonly expiresAt: string;
  readonly reviewAt: string | null;
  readonly change: {
    readonly name: string;
    readonly reason: string | null;
    readonly sections?: readonly string[];
  };
}

/**
 * The output of `inbox --json` (docs/formats.md#outcomes), derived from the raw bytes and the directory
 * alone.
 */
export interface VerifiedHeld {
  readonly id: string;
  readonly number: number;
  readonly originator: string;
  readonly header: unknown;
  readonly sections: unknown;
  readonly withheld: unknown;
  readonly obligations: unknown;
  readonly receivedAt: string;
  readonly life: HeldLife;
  readonly verified: { readonly originator: boolean; readonly statement: boolean };
  /** The reason why a signature is invalid; absent when both are valid. */
  readonly codes?: readonly Code[];
}

/** Verifies both signatures of a held notice; a part that does not verify is null in the result. */
export async function verifyHeldNotice(
  held: HeldNotice,
  context: Omit<HeldContext, 'recorded'>,
): Promise<VerifiedHeld> {
  const { id, number, originator, receivedAt, life } = held;
  const { notice, part, codes } = await verifyHeld(held, { ...context, recorded: new Date(receivedAt) });
  return {
    id,
    number,
    originator,
    header: notice?.header ?? null,
    sections: notice?.sections ?? null,
    withheld: part === undefined ? null : part.advertised,
    obligations: part === undefined ? null : part.obligations,
    receivedAt,
    life,
    verified: { originator: notice !== undefined, statement: part !== undefined },
    ...(codes.length === 0 ? {} : { codes }),
  };
}
