import { decodeBase64url } from '../kernel/base64url.js';
import { type Directory, isInForce } from '../trust/directory.js';
import { parseCheckpointText } from './checkpoint.js';
import { formatNote, type NoteSignature, parseNote } from './signed-note.js';
import { importNoteKey, isNamedBy, type NoteKey, SIGNATURE_TYPES } from './vkey.js';
import type { WitnessPolicy } from './witness-policy.js';

/** Returns the keys whose checkpoints count: those of the logs that the policy names; if it names none, those of the directory. */
export function countedLogKeys(
  { logs }: Pick<WitnessPolicy, 'logs'>,
  directory: Pick<Directory, 'hub'>,
  origin: string,
): readonly NoteKey[] {
  return logs.length > 0 ? logs : logKeysOf(directory, origin);
}

/**
 * Returns the keys that a directory lists for the log with this origin: with `signingAt` those in force then, without it all,
 * since a note does not say when it was signed.
 */
export function logKeysOf(
  { hub }: Pick<Directory, 'hub'>,
  origin: string,
  signingAt?: Date,
): readonly NoteKey[] {
  return namedLogKeys({ hub }, origin, signingAt).map(({ key }) => key);
}

/** Returns the same keys, each with its id in the directory. */
export function namedLogKeys(
  { hub }: Pick<Directory, 'hub'>,
  origin: string,
  signingAt?: Date,
): readonly { readonly kid: string; readonly key: NoteKey }[] {
  return hub.keys
    .filter((key) => key.use === 'log' && (signingAt === undefined || isInForce(key, signingAt)))
    .map(({ kid, x }) => ({ kid, key: importNoteKey(origin, SIGNATURE_TYPES.note, decodeBase64url(x)) }));
}

/**
 * Resolves to a checkpoint with one signature of each key of its log that signed it, and no others: a component that delivers
 * it can add lines, also lines that name a key of the log and do not verify. A note with one signature or without a valid one is
 * unchanged.
 */
export async function signedByLog(note: string, directory: Pick<Directory, 'hub'>): Promise<string> {
  const { text, signatures } = parseNote(note);
  if (signatures.length === 1) return note;
  const bytes = Buffer.from(text);
  const own: NoteSignature[] = [];
  for (const key of logKeysOf(directory, parseCheckpointText(text).origin)) {
    const valid = await firstValid(
      signatures.filter((one) => isNamedBy(key, one)),
      ({ signature }) => key.verify(bytes, signature),
    );
    if (valid !== undefined) own.push(valid);
  }
  return own.length === 0 ? note : formatNote({ text, signatures: own });
}

async function firstValid(
  signatures: readonly NoteSignature[],
  isValid: (signature: NoteSignature) => Promise<boolean>,
): Promise<NoteSignature | undefined> {
  for (const signature of signatures) if (await isValid(signature)) return signature;
  return undefined;
}
