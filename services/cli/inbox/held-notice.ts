import type { Code } from '../../shared/kernel/errors.js';
import { type HeldContext, type HeldEvidence, verifyHeld } from '../../shared/ledger/verify-held.js';

/** A held notice as its gateway hands it out; only `raw` is evidence, the rest is the gateway's word. */
export interface HeldNotice extends HeldEvidence {
  readonly id: string;
  readonly revision: number;
  readonly kind: string;
  readonly receivedAt: string;
}

/** `inbox --json` (docs/formats.md#outcomes): from the raw bytes and the directory alone. */
export interface VerifiedHeld {
  readonly id: string;
  readonly revision: number;
  readonly originator: string;
  readonly header: unknown;
  readonly sections: unknown;
  readonly withheld: unknown;
  readonly obligations: unknown;
  readonly receivedAt: string;
  readonly verified: { readonly originator: boolean; readonly statement: boolean };
  /** Why a signature does not hold; absent when both do. */
  readonly codes?: readonly Code[];
}

/** Verifies both signatures of a held notice; what does not verify is null in the result. */
export async function verifyHeldNotice(
  held: HeldNotice,
  context: Omit<HeldContext, 'recorded'>,
): Promise<VerifiedHeld> {
  const { id, revision, originator, receivedAt } = held;
  const { notice, part, codes } = await verifyHeld(held, { ...context, recorded: new Date(receivedAt) });
  return {
    id,
    revision,
    originator,
    header: notice?.header ?? null,
    sections: notice?.sections ?? null,
    withheld: part === undefined ? null : part.advertised,
    obligations: part === undefined ? null : part.obligations,
    receivedAt,
    verified: { originator: notice !== undefined, statement: part !== undefined },
    ...(codes.length === 0 ? {} : { codes }),
  };
}
