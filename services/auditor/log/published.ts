import type { Bus } from '../../shared/bus/connect.js';
import { lastOn } from '../../shared/bus/direct-get.js';
import { errorFrom, isCode, type LiaisonError } from '../../shared/kernel/errors.js';
import { type Checkpoint, openCheckpoint, parseCheckpointText } from '../../shared/tlog/checkpoint.js';
import { logKeysOf } from '../../shared/tlog/log-keys.js';
import { lifeOf } from '../../shared/tlog/log-life.js';
import { parseNote } from '../../shared/tlog/signed-note.js';
import type { Directory } from '../../shared/trust/directory.js';
import { mayPass } from '../../shared/trust/may-pass.js';
import { type CheckpointSeal, NO_SEAL, readCheckpoint } from '../../shared/wire/checkpoint-frame.js';
import { subjects } from '../../shared/wire/subjects.js';
import { rolledBack } from './open-log.js';

/** What CHECKPOINT holds of the log. */
export interface PublishedSeal extends CheckpointSeal {
  /** Undefined without a note of this log that verifies. */
  readonly checkpoint: Checkpoint | undefined;
  /** Set for a note of a later life of this log, or of another log or key: nothing may be signed beside it. */
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
 * about it. So does one of a life that ended before this one. Throws errors that may end by themselves (`mayPass`).
 */
export async function readPublished(deps: PublishedDeps): Promise<PublishedSeal> {
  const stored = await lastOn(deps.bus, { stream: 'CHECKPOINT', subject: subjects.checkpoint() });
  const expected = stored?.seq ?? 0;
  const none = { ...NO_SEAL, checkpoint: undefined, size: 0, expected };
  let seal = NO_SEAL;
  try {
    const {
      note = '',
      proof,
      cosignatures,
      recovery = null,
    } = stored ? readCheckpoint(stored.bytes) : NO_SEAL;
    seal = { note, proof, cosignatures, recovery };
    if (note === '') return none;
    const opened = await openOwn(note, deps);
    return opened === undefined ? none : { ...seal, expected, ...opened };
  } catch (thrown) {
    const error = errorFrom(thrown);
    if (mayPass(error, 'own-heartbeat')) throw error;
    if (!isCode(error, 'issuer-mismatch', 'key-unknown')) return none;
    const message = `the published checkpoint is not one of this log: ${error.code}`;
    return { ...none, ...seal, foreign: rolledBack(message) };
  }
}

/** Opens a note of this life or a later one; undefined for one of an earlier life. Throws as `openCheckpoint` does. */
async function openOwn(
  note: string,
  { directory, origin }: Pick<PublishedDeps, 'directory' | 'origin'>,
): Promise<Pick<PublishedSeal, 'checkpoint' | 'size' | 'foreign'> | undefined> {
  const { federation } = directory();
  const named = parseCheckpointText(parseNote(note).text).origin;
  const [life, present] = [lifeOf(named, federation), lifeOf(origin(), federation)];
  if (life > 0 && life < present) return undefined;
  const expected = life > present ? named : origin();
  const checkpoint = await openCheckpoint(note, { origin: expected, keys: logKeysOf(directory(), expected) });
  if (life <= present) return { checkpoint, size: checkpoint.size };
  return { checkpoint, size: 0, foreign: rolledBack(`the published checkpoint is of \`${named}\``) };
}
