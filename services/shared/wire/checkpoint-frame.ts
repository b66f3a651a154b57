import { fail } from '../kernel/errors.js';
import { type CheckpointFrame, frames } from './frames.js';

/** The most that a checkpoint may hold: bytes of each text, and numbers of hashes and signatures. */
export const CHECKPOINT_LIMITS = {
  heartbeat: 2_048,
  note: 8_192,
  proof: 63,
  cosignatures: 16,
  cosignature: 1_024,
  record: 16_384,
} as const;

const HASH_BYTES = 32;

/**
 * What a checkpoint says of the log: a signed note, the proof that it follows from the one before, cosignatures, and the order
 * that began a later life of the log.
 */
export type CheckpointSeal = Required<Omit<CheckpointFrame, 'heartbeat' | 'recovery'>> &
  Pick<CheckpointFrame, 'recovery'>;

/** The seal of a checkpoint without a note. */
export const NO_SEAL: CheckpointSeal = { note: '', proof: [], cosignatures: [] };

/**
 * Returns the bytes of a checkpoint with the auditor's heartbeat; without a seal it holds that alone. Throws
 * `frame-unreadable` for one that `readCheckpoint` would refuse.
 */
export function checkpointOf(heartbeat: string, seal = NO_SEAL): Uint8Array {
  const { note, proof, cosignatures, recovery = null } = seal;
  return frames.checkpoint.encode(
    bounded({ heartbeat, note, proof: [...proof], cosignatures: [...cosignatures], recovery }),
  );
}

/** Reads a checkpoint within its limits; nothing in it is verified. Throws `frame-unreadable` and `contract-unknown`. */
export function readCheckpoint(bytes: Uint8Array): CheckpointFrame {
  return bounded(frames.checkpoint.decode(bytes));
}

function bounded(frame: CheckpointFrame): CheckpointFrame {
  const { heartbeat, note = '', proof, cosignatures, recovery } = frame;
  const { heartbeat: maxHeartbeat, note: maxNote, cosignature, record: maxRecord } = CHECKPOINT_LIMITS;
  const isBounded =
    isWithin(heartbeat, maxHeartbeat) &&
    isWithin(note, maxNote) &&
    proof.length <= CHECKPOINT_LIMITS.proof &&
    proof.every((hash) => hash.length === HASH_BYTES) &&
    cosignatures.length <= CHECKPOINT_LIMITS.cosignatures &&
    cosignatures.every((signature) => isWithin(signature, cosignature)) &&
    (recovery?.proposal.length ?? 0) <= maxRecord &&
    (recovery?.record.length ?? 0) <= maxRecord;
  if (isBounded) return frame;
  throw fail('frame-unreadable', 'a checkpoint exceeds its limits');
}

const isWithin = (text: string, bytes: number): boolean => Buffer.byteLength(text) <= bytes;
