import { importByteSigner } from '../../../services/shared/trust/byte-signer.js';
import { generateKey } from '../../../services/shared/trust/keys.js';
import {
  importNoteKey,
  type NoteKey,
  type NoteSigner,
  noteSignerOf,
  SIGNATURE_TYPES,
} from '../../../services/shared/tlog/vkey.js';

/** A key pair of a log or witness under its name in notes. */
export interface NoteKeyPair {
  readonly key: NoteKey;
  readonly signer: NoteSigner;
}

/** The origin of the log in the tests of its formats. */
export const ORIGIN = 'example/liaison/1';

/** Makes the key of a log. */
export async function logKey(name = ORIGIN): Promise<NoteKeyPair> {
  const signer = await importByteSigner(await generateKey('hub:log:1'));
  return pairOf(name, SIGNATURE_TYPES.note, signer);
}

/** Makes the key of a witness. */
export async function witnessKey(name: string): Promise<NoteKeyPair> {
  const signer = await importByteSigner(await generateKey('europol:witness:1'));
  return pairOf(name, SIGNATURE_TYPES.cosignature, signer);
}

function pairOf(
  name: string,
  type: NoteKey['type'],
  signer: Awaited<ReturnType<typeof importByteSigner>>,
): NoteKeyPair {
  return {
    key: importNoteKey(name, type, signer.publicKey),
    signer: noteSignerOf(name, type, signer),
  };
}
