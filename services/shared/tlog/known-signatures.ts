import type { NoteSignature, SignedNote } from './signed-note.js';
import { isNamedBy, type NoteKeyName } from './vkey.js';

/**
 * Verifies each signature of a note that names one of these keys, also several of one key, and resolves to what `verify` returns
 * for them, in the order of the keys. Signatures of other keys are ignored, also where they share a name or an id with a known
 * one (C2SP signed-note). `verify` rejects the whole note by throwing for a signature that does not hold.
 */
export async function knownSignatures<Key extends NoteKeyName, Verified>(
  { signatures }: Pick<SignedNote, 'signatures'>,
  keys: readonly Key[],
  verify: (signed: NoteSignature, key: Key) => Promise<Verified>,
): Promise<readonly Verified[]> {
  const named = keys.flatMap((key) =>
    signatures.filter((signed) => isNamedBy(key, signed)).map((signed) => verify(signed, key)),
  );
  return Promise.all(named);
}
