import { fail } from '../../../shared/kernel/errors.js';
import {
  type OpenedCheckpoint,
  openCheckpoint,
  parseCheckpointText,
} from '../../../shared/tlog/checkpoint.js';
import type { Cosignature } from '../../../shared/tlog/cosignature.js';
import { lifeOf } from '../../../shared/tlog/log-life.js';
import { parseNote } from '../../../shared/tlog/signed-note.js';
import type { NoteKey } from '../../../shared/tlog/vkey.js';
import { cosignaturesOn, type WitnessPolicy } from '../../../shared/tlog/witness-policy.js';

/** What a checkpoint that a witness shows is verified with. */
export interface CheckpointOfWitnessDeps {
  readonly federation: () => string;
  /** Of the present life of the log. */
  readonly origin: () => string;
  /** The keys of a life that are in force: a thief of a revoked key could stop the log with a made-up checkpoint. */
  readonly keysOf: (origin: string) => readonly NoteKey[];
  /** Who must cosign the log now. */
  readonly policy: () => WitnessPolicy;
}

/** A checkpoint of this life of the log or the next one. */
export interface CheckpointOfWitness {
  readonly checkpoint: OpenedCheckpoint;
  /** The counted cosignatures on a checkpoint of the next life; empty for one of this life. */
  readonly cosignatures: readonly Cosignature[];
}

/**
 * Opens the note of a checkpoint that a witness shows, with its cosignature. One of the next life counts only with the
 * cosignature of a witness of the policy (`signature-invalid`). One of any other life is opened as one of this life, and refused.
 * Throws as `openCheckpoint` and `cosignaturesOn` do.
 */
export async function openOfWitness(
  note: string,
  { federation, origin, keysOf, policy }: CheckpointOfWitnessDeps,
): Promise<CheckpointOfWitness> {
  const named = parseCheckpointText(parseNote(note).text).origin;
  const isNext = lifeOf(named, federation()) === lifeOf(origin(), federation()) + 1;
  const expected = isNext ? named : origin();
  const checkpoint = await openCheckpoint(note, { origin: expected, keys: keysOf(expected) });
  const cosignatures = isNext ? await cosignaturesOn(checkpoint.note, policy()) : [];
  if (isNext && cosignatures.length === 0)
    throw fail('signature-invalid', 'a checkpoint of the next life that no witness of the policy cosigned');
  return { checkpoint, cosignatures };
}
