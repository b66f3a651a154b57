import { createBareEd25519 } from '../../services/shared/trust/ed25519/bare-ed25519.js';
import { figuresOf } from './figures.js';
import { cpu, inRounds } from './rounds.js';

/** CPU microseconds of one Ed25519 operation over the signed part of a notice. */
export interface SignatureCost {
  readonly signMicros: number;
  readonly verifyMicros: number;
}

/** The signed part of a notice: header, claims and digests, without its disclosures. */
const SIGNED_BYTES = 2_048;
const ROUNDS = { rounds: 5, slice: 100 };

/** Measures signing and verifying; medians of a few rounds. */
export async function measureSignature(): Promise<SignatureCost> {
  const bare = await createBareEd25519();
  const content = Buffer.alloc(SIGNED_BYTES, 'liaison');
  const signature = bare.sign(content);
  const parts = [
    { name: 'sign', operations: 1, prepare: () => () => bare.sign(content) },
    { name: 'verify', operations: 1, prepare: () => () => bare.verify(content, signature) },
  ];
  const spent = await inRounds(parts, ROUNDS, cpu);
  const medianOf = (name: string): number => figuresOf(spent.get(name) ?? []).median;
  return { signMicros: medianOf('sign'), verifyMicros: medianOf('verify') };
}
