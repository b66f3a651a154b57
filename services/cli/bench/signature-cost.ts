import { createBareSignature } from '../../shared/trust/bare-signature.js';
import { figuresOf } from './figures.js';

/** CPU microseconds of one Ed25519 operation over what a notice signs, nothing around it. */
export interface SignatureCost {
  readonly signMicros: number;
  readonly verifyMicros: number;
}

/** The signed part of a notice: header, claims and digests, without its disclosures. */
const SIGNED_BYTES = 2_048;
const ROUNDS = 5;
const TIMES = 1_000;

/** Medians of a few rounds, after one that is not counted. */
export function measureSignature(): SignatureCost {
  const bare = createBareSignature(SIGNED_BYTES);
  const medianOf = (operation: () => void): number => {
    const rounds = Array.from({ length: ROUNDS + 1 }, () => cpuOf(operation));
    return figuresOf(rounds.slice(1)).median;
  };
  return { signMicros: medianOf(bare.sign), verifyMicros: medianOf(bare.verify) };
}

/** Of one time, as a mean. */
function cpuOf(operation: () => void): number {
  const before = process.cpuUsage();
  for (let time = 0; time < TIMES; time += 1) operation();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / TIMES;
}
