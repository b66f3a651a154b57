import type { GatewayFacts } from '../../shared/store/gateway/gateway-facts.js';
import {
  type Checkpoint,
  type OpenedCheckpoint,
  openCheckpoint,
  originOf,
  parseCheckpointText,
} from '../../shared/tlog/checkpoint.js';
import { parseNote } from '../../shared/tlog/signed-note.js';
import type { NoteKey } from '../../shared/tlog/vkey.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { CheckpointSeal } from '../../shared/wire/checkpoint-frame.js';
import type { Identity } from '../identity.js';

/** A checkpoint of the ledger's log as it was received; `heartbeat` was verified, the note was not. */
export interface ReceivedCheckpoint extends CheckpointSeal {
  readonly heartbeat: string;
}

/** What a witness stores of the checkpoint that it cosigned last. */
interface StoredCosignature {
  /** The note as the log signed it. */
  readonly note: string;
  /** The heartbeat that came with it. */
  readonly heartbeat: string;
  /** The cosignature, as a line of a note. */
  readonly line: string;
}

/** The checkpoint that a witness cosigned last. */
export interface CosignedCheckpoint extends StoredCosignature, Checkpoint {}

/** Where the checkpoint that was cosigned last is stored. */
export interface CheckpointFacts {
  readonly facts: GatewayFacts;
}

/** Reads the checkpoint that was cosigned last; undefined before the first. */
export function readCosigned({ facts }: CheckpointFacts): CosignedCheckpoint | undefined {
  const text = facts.text('cosigned');
  if (text === undefined) return undefined;
  const stored = JSON.parse(text) as StoredCosignature;
  return { ...stored, ...parseCheckpointText(parseNote(stored.note).text) };
}

/** Stores a checkpoint with its cosignature. Call it in the transaction that compares it with the last one. */
export function storeCosigned(
  { facts }: CheckpointFacts,
  { note, heartbeat, line }: StoredCosignature,
): void {
  facts.set('cosigned', JSON.stringify({ note, heartbeat, line }));
}

/**
 * Opens a checkpoint of the log that was cosigned before; before that, of the first log of the federation. `keysOf` returns the
 * keys that count for a log. Throws as `openCheckpoint` does.
 */
export function openReceived(
  { note }: Pick<ReceivedCheckpoint, 'note'>,
  { identity, store }: { readonly identity: Identity; readonly store: CheckpointFacts },
  keysOf: (directory: Directory, origin: string) => readonly NoteKey[],
): Promise<OpenedCheckpoint> {
  const directory = identity.directory.current();
  const origin = readCosigned(store)?.origin ?? originOf(directory.federation, 1);
  return openCheckpoint(note, { origin, keys: keysOf(directory, origin) });
}
