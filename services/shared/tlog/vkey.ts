import { decodeBase64, encodeBase64 } from '../kernel/base64.js';
import { fail } from '../kernel/errors.js';
import type { ByteSigner } from '../trust/byte-signer.js';
import { sha256 } from '../trust/digest.js';
import { importPoint } from '../trust/keys.js';
import { isKeyName } from './signed-note.js';

/** Names the types of signatures by the byte that a vkey begins with. This table is the whole list of what can be verified. */
export const SIGNATURE_TYPES = {
  /** Ed25519 over the text of a note: checkpoints of logs. */
  note: 0x01,
  /** Ed25519 with a time, `cosignature/v1`: witnesses. */
  cosignature: 0x04,
} as const;

/** One of `SIGNATURE_TYPES`. */
export type SignatureType = (typeof SIGNATURE_TYPES)[keyof typeof SIGNATURE_TYPES];

/** The parts of a key by which a signature names it. */
export interface NoteKeyName {
  readonly name: string;
  /** Four bytes in hex: SHA-256 over name, newline, type and public key. */
  readonly keyId: string;
  readonly type: SignatureType;
}

/** A public key of a log or witness, imported once. */
export interface NoteKey extends NoteKeyName {
  readonly publicKey: Uint8Array;
  /** Resolves to false for anything but a valid Ed25519 signature of these bytes. */
  verify(signed: Uint8Array, signature: Uint8Array): Promise<boolean>;
}

/** A private key of a log or witness under the name by which notes call it. */
export interface NoteSigner extends NoteKeyName {
  sign(bytes: Uint8Array): Uint8Array;
}

/** Imports a public key of 32 bytes. Throws `key-invalid`. */
export function importNoteKey(name: string, type: SignatureType, publicKey: Uint8Array): NoteKey {
  return { ...nameOf(name, type, publicKey), publicKey, verify: importPoint(name, publicKey) };
}

/** Gives a signer its name in notes. Throws `key-invalid` for a name that no note can hold. */
export function noteSignerOf(name: string, type: SignatureType, signer: ByteSigner): NoteSigner {
  return { ...nameOf(name, type, signer.publicKey), sign: (bytes) => signer.sign(bytes) };
}

/** Returns the key as text: `<name>+<key id>+<base64 of type and public key>`. */
export function formatVkey({ name, keyId, type, publicKey }: NoteKey): string {
  return `${name}+${keyId}+${encodeBase64(Buffer.concat([Uint8Array.of(type), publicKey]))}`;
}

/** Reads a key from its text. Throws `key-invalid`, also for an unknown type and an id that is not that of the key. */
export function parseVkey(text: string): NoteKey {
  // Base64 has pluses of its own.
  const [, name = '', id = '', base64 = ''] = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/su.exec(text) ?? [];
  const bytes = decodeBase64(base64) ?? new Uint8Array();
  const type = Object.values(SIGNATURE_TYPES).find((known) => known === bytes[0]);
  if (!isKeyName(name) || bytes.length === 0) throw fail('key-invalid', 'not a vkey');
  if (type === undefined) throw fail('key-invalid', `key \`${name}\` is of the unknown type ${bytes[0]}`);
  const key = importNoteKey(name, type, bytes.subarray(1));
  if (key.keyId !== id) throw fail('key-invalid', `key \`${name}\` has another id than it is written with`);
  return key;
}

/** True if this key is the one that the signature names. */
export function isNamedBy(
  key: NoteKeyName,
  { name, keyId }: { readonly name: string; readonly keyId: string },
): boolean {
  return key.name === name && key.keyId === keyId;
}

function nameOf(name: string, type: SignatureType, publicKey: Uint8Array): NoteKeyName {
  if (!isKeyName(name)) throw fail('key-invalid', 'the name of a key has no spaces and no plus');
  const hash = sha256(`${name}\n`, Uint8Array.of(type), publicKey);
  return { name, keyId: Buffer.from(hash.subarray(0, 4)).toString('hex'), type };
}
