import {
  type OpenedCheckpoint,
  openCheckpoint,
  originOf,
  parseCheckpointText,
} from '../../shared/tlog/checkpoint.js';
import { countedLogKeys } from '../../shared/tlog/log-keys.js';
import { lifeOf } from '../../shared/tlog/log-life.js';
import { parseNote } from '../../shared/tlog/signed-note.js';
import type { NoteKey } from '../../shared/tlog/vkey.js';
import type { WitnessPolicy } from '../../shared/tlog/witness-policy.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { CheckpointSeal } from '../../shared/wire/checkpoint-frame.js';
import type { Identity } from '../identity.js';
import type { CosignedFile } from './cosigned-file.js';

/** A checkpoint of the ledger's log as it was received; `heartbeat` was verified, the note was not. */
export interface ReceivedCheckpoint extends CheckpointSeal {
  readonly heartbeat: string;
}

/** Returns the keys that count for a log. */
export type KeysOf = (directory: Directory, origin: string) => readonly NoteKey[];

/** What says which log a checkpoint must be of. */
interface LogDeps {
  readonly identity: Identity;
  readonly cosigned: CosignedFile;
}

/** Opens a checkpoint as `openReceived` does, with the keys that the policy counts for its log. */
export function openCounted(
  received: Pick<ReceivedCheckpoint, 'note'>,
  deps: LogDeps,
  policy: WitnessPolicy,
): Promise<OpenedCheckpoint> {
  return openReceived(received, deps, (directory, origin) => countedLogKeys(policy, directory, origin));
}

/**
 * Opens a checkpoint of the life of the log that was cosigned before; before that, of the one that it names. `keysOf` returns
 * the keys that count for a log. Throws as `openCheckpoint` does.
 */
export function openReceived(
  { note }: Pick<ReceivedCheckpoint, 'note'>,
  { identity, cosigned }: LogDeps,
  keysOf: KeysOf,
): Promise<OpenedCheckpoint> {
  const directory = identity.directory.current();
  const origin = cosigned.read()?.origin ?? ownOrigin(note, directory);
  return openCheckpoint(note, { origin, keys: keysOf(directory, origin) });
}

/** Returns the life of the federation's log that a note names; the first one for any other log. */
export function ownOrigin(note: string, { federation }: Pick<Directory, 'federation'>): string {
  const { origin } = parseCheckpointText(parseNote(note).text);
  return originOf(federation, Math.max(1, lifeOf(origin, federation)));
}
