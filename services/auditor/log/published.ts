import type { Bus } from '../../shared/bus/connect.js';
import { lastOn } from '../../shared/bus/direct-get.js';
import { errorFrom, isCode, type LiaisonError } from '../../shared/kernel/errors.js';
import { type Checkpoint, openCheckpoint } from '../../shared/tlog/checkpoint.js';
import { logKeysOf } from '../../shared/tlog/log-keys.js';
import type { Directory } from '../../shared/trust/directory.js';
import { mayPass } from '../../shared/trust/may-pass.js';
import { type CheckpointSeal, NO_SEAL, readCheckpoint } from '../../shared/wire/checkpoint-frame.js';
import { subjects } from '../../shared/wire/subjects.js';
import { rolledBack } from './open-log.js';

/** What CHECKPOINT holds of the log. */
export interface PublishedSeal extends CheckpointSeal {
  /** Undefined without a note that verifies. */
  readonly checkpoint: Checkpoint | undefined;
  /** Set for a note of another origin or key, which may be of a later life of this log: nothing may be signed beside it. */
  readonly foreign?: LiaisonError;
  readonly size: number;
  /** The sequence of the message; 0 if there is none. */
  readonly expected: number;
}

interface PublishedDeps {
  readonly bus: Bus;
  readonly directory: () => Directory;
  readonly origin: () => string;
}

/**
 * Reads the seal in CHECKPOINT. A message that no auditor can have written counts as none; the follower raises an alarm
 * about it. Throws errors that may end by themselves (`mayPass`).
 */
export async function readPublished({ bus, directory, origin }: PublishedDeps): Promise<PublishedSeal> {
  const stored = await lastOn(bus, { stream: 'CHECKPOINT', subject: subjects.checkpoint() });
  const expected = stored?.seq ?? 0;
  const unread = { checkpoint: undefined, size: 0, expected };
  let seal = NO_SEAL;
  try {
    const { note = '', proof, cosignatures } = stored === undefined ? NO_SEAL : readCheckpoint(stored.bytes);
    seal = { note, proof, cosignatures };
    if (note === '') return { ...NO_SEAL, ...unread };
    const name = origin();
    const checkpoint = await openCheckpoint(note, { origin: name, keys: logKeysOf(directory(), name) });
    return { ...seal, checkpoint, size: checkpoint.size, expected };
  } catch (thrown) {
    const error = errorFrom(thrown);
    if (mayPass(error, 'own-heartbeat')) throw error;
    if (!isCode(error, 'issuer-mismatch', 'key-unknown')) return { ...NO_SEAL, ...unread };
    return {
      ...seal,
      ...unread,
      foreign: rolledBack(`the published checkpoint is not one of this log: ${error.code}`),
    };
  }
}
