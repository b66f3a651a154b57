import { fail } from '../../shared/kernel/errors.js';
import type { InboxRow } from '../../shared/store/gateway/gateway-inbox.js';
import { createProver, type InclusionProof } from '../../shared/trust/proof.js';
import { readStoredCopy } from './stored-copy.js';
import { partOf, unpackSet } from '../signed-parts.js';

/** Creates the view of held notices. It keeps the last delivery open, as neighbouring rows often come from one delivery. */
export function createInboxView() {
  let bytes: Uint8Array | undefined;
  let opened = { statement: '', prove: (_leaf: number): InclusionProof | undefined => undefined };
  return (row: InboxRow) => {
    if (bytes === undefined || Buffer.compare(bytes, row.delivery) !== 0) {
      const set = unpackSet(row.delivery);
      [bytes, opened] = [row.delivery, { statement: set.statement, prove: createProver(set) }];
    }
    return viewHeld(row, opened.statement, opened.prove(row.leaf));
  };
}

/**
 * Shows a held notice. `withheld` are the sections the statement advertises as withheld. `raw` is what a caller needs to
 * verify it: the originator's signature, the hub's statement, and the proof that it speaks of this notice.
 */
function viewHeld(row: InboxRow, statement: string, proof: InclusionProof | undefined) {
  const { originator, id, number, kind, sdJwt, at, seq } = row;
  if (proof === undefined) throw fail('internal', 'a held notice has no leaf in its statement');
  const part = partOf(JSON.parse(Buffer.from(proof.part, 'base64url').toString('utf8')));
  return {
    seq,
    id,
    number,
    kind,
    originator,
    ...readStoredCopy(sdJwt),
    withheld: part['advertised'] ?? [],
    obligations: part['obligations'] ?? [],
    receivedAt: new Date(at).toISOString(),
    life: lifeOf(row),
    // Both were verified before the notice was stored.
    verified: { originator: true, statement: true },
    raw: { sdJwt, statement, proof },
  };
}

/** Shows how long a held notice lives, and what changed last. */
function lifeOf({ exp, reviewAt, change, detail, statusList, statusPlace }: InboxRow) {
  const { reason = null, ...more } = JSON.parse(detail) as { readonly reason?: string | null };
  return {
    expiresAt: new Date(exp * 1000).toISOString(),
    reviewAt: reviewAt === null ? null : new Date(reviewAt).toISOString(),
    change: { name: change, reason, ...more },
    status: statusList === null ? null : { list: statusList, index: statusPlace },
  };
}
