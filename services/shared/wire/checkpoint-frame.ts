import { fail } from '../kernel/errors.js';
import { type CheckpointFrame, frames } from './frames.js';

/** The most that a checkpoint may hold: bytes of each text, and numbers of hashes and signatures. */
export const CHECKPOINT_LIMITS = {
  heartbeat: 2_048,
  note: 8_192,
  proof: 63,
  cosignatures: 16,
  cosignature: 1_024,
} as const;

const HASH_BYTES = 32;

/** Returns the bytes of a checkpoint that holds the auditor's heartbeat alone. */
export function checkpointOf(heartbeat: string): Uint8Array {
  return frames.checkpoint.encode({ heartbeat, note: '', proof: [], cosignatures: [] });
}

/** Reads a checkpoint within its limits; nothing in it is verified. Throws `frame-unreadable` and `contract-unknown`. */
export function readCheckpoint(bytes: Uint8Array): CheckpointFrame {
  const frame = frames.checkpoint.decode(bytes);
  const { heartbeat, note = '', proof, cosignatures } = frame;
  const { heartbeat: maxHeartbeat, note: maxNote, cosignature } = CHECKPOINT_LIMITS;
  const isBounded =
    isWithin(heartbeat, maxHeartbeat) &&
    isWithin(note, maxNote) &&
    proof.length <= CHECKPOINT_LIMITS.proof &&
    proof.every((hash) => hash.length === HASH_BYTES) &&
    cosignatures.length <= CHECKPOINT_LIMITS.cosignatures &&
    cosignatures.every((signature) => isWithin(signature, cosignature));
  if (isBounded) return frame;
  throw fail('frame-unreadable', 'a checkpoint exceeds its limits');
}

const isWithin = (text: string, bytes: number): boolean => Buffer.byteLength(text) <= bytes;
