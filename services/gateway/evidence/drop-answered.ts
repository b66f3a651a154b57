import type { EvidenceStore } from '../../shared/store/gateway/answers/kept-evidence.js';
import { digest } from '../../shared/trust/digest.js';
import { claimsIn } from '../../shared/trust/token-claims.js';

/** What a kept claim says is owed: the receipt of a recipient for a frame, or its answer to an action. */
export type ClaimedDuty =
  | { readonly what: 'receipt'; readonly frame: string; readonly org: string }
  | { readonly what: 'answer'; readonly action: string; readonly org: string };

/** Returns the name under which the claim about a duty is kept once. */
export function claimName(duty: ClaimedDuty): string {
  return digest(`${duty.what} ${duty.what === 'receipt' ? duty.frame : duty.action} ${duty.org}`);
}

/**
 * Deletes the claim about a duty if the recipient fulfilled it by the deadline, with a statement of `at` (milliseconds since 1970)
 * that arrived later than the claim was signed. To be called in a transaction.
 */
export function dropAnswered(
  evidence: Pick<EvidenceStore, 'byDigest' | 'drop'>,
  duty: ClaimedDuty,
  at: number,
): void {
  const name = claimName(duty);
  const kept = evidence.byDigest(name);
  if (kept !== undefined && at <= deadlineIn(kept.bytes)) evidence.drop(name);
}

/** Returns the deadline that a kept claim names, in milliseconds since 1970. */
function deadlineIn(bytes: Uint8Array): number {
  const { statement } = JSON.parse(Buffer.from(bytes).toString()) as { readonly statement: string };
  const { since } = claimsIn(statement) as { readonly since: number };
  return since * 1000;
}
