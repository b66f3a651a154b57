import { EMPTY_ROOT } from '../trust/merkle.js';
import { isConsistent, type TreeHead } from './verify-proof.js';

/** What a log shows a witness: a checkpoint of it, and the proof that it follows from the size `from`. */
export interface ShownCheckpoint {
  readonly from: number;
  readonly proof: readonly Uint8Array[];
  readonly head: TreeHead;
}

/**
 * What a witness does with a checkpoint whose signature by the log is good (C2SP tlog-witness). `cosign`: it stores the
 * checkpoint, then cosigns it. `ask-again`: it asks for the proof from the size that it signed last. `rises-not`: the proof
 * begins at a size above the checkpoint's, and nothing is signed. `forked`: another root for a size that was signed.
 * `inconsistent`: the proof does not lead from the one root to the other.
 */
export type WitnessVerdict = 'cosign' | 'ask-again' | 'rises-not' | 'forked' | 'inconsistent';

/** Judges a checkpoint by the one that the witness signed last for the same log; undefined: none yet. */
export function judgeCheckpoint(
  signed: TreeHead | undefined,
  { from, proof, head }: ShownCheckpoint,
): WitnessVerdict {
  if (signed?.size === head.size && !Buffer.from(signed.root).equals(head.root)) return 'forked';
  if (from > head.size) return 'rises-not';
  if (from !== (signed?.size ?? 0)) return 'ask-again';
  const earlier = signed ?? { size: 0, root: EMPTY_ROOT };
  return isConsistent(earlier, head, proof) ? 'cosign' : 'inconsistent';
}
