import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { createUser, fromPublic, NKeysError, NKeysErrorCode, Prefix } from '@nats-io/nkeys';
import { Codec } from '@nats-io/nkeys/lib/codec.js';

/** Creates a user key; returns its seed `SU…`, the text of an nkey file. */
export function newSeed(): string {
  return new TextDecoder().decode(createUser().getSeed());
}

/** Returns the public key `U…` of a seed, which the server's configuration names. Throws `NKeysError` for a text that is no seed of a user. */
export function publicNkey(seed: string): string {
  return publicOf(privateKeyOf(seed));
}

/** True for the public key of a user: `U…` with its checksum, and never a seed. */
export function isUserNkey(text: string): boolean {
  if (!/^U[A-Z2-7]{55}$/.test(text)) return false;
  try {
    fromPublic(text);
    return true;
  } catch {
    return false;
  }
}

/** Signs bytes with a seed. Throws as `publicNkey` does. */
export function signWithNkey(seed: string, bytes: Uint8Array): Uint8Array {
  return sign(null, bytes, privateKeyOf(seed));
}

/** What a client sends to log in: its public key, and its signature of the server's nonce in base64. */
export interface NkeyLogin {
  readonly nkey: string;
  readonly sig: string;
}

/** Signs the nonce of a login; without one, the server asks for no signature. Throws as `publicNkey` does. */
export function logInWithNkey(seed: string, nonce = ''): NkeyLogin {
  const key = privateKeyOf(seed);
  const sig = nonce === '' ? '' : sign(null, Buffer.from(nonce), key).toString('base64');
  return { nkey: publicOf(key), sig };
}

/** What comes before the 32 bytes of a private Ed25519 key in PKCS #8 (RFC 8410, section 7). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const KEY_BYTES = 32;

/**
 * Reads a seed as a key of OpenSSL. The package signs in JavaScript: a login takes 12 ms of processor instead of 1, and a
 * process with two hundred connections does not finish all logins before the server's deadline.
 */
function privateKeyOf(seed: string): KeyObject {
  const { buf, prefix } = Codec.decodeSeed(new TextEncoder().encode(seed.trim()));
  if (prefix !== Prefix.User) throw new NKeysError(NKeysErrorCode.InvalidSeed);
  const key = Buffer.concat([PKCS8, buf]);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

function publicOf(key: KeyObject): string {
  const der = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return new TextDecoder().decode(Codec.encode(Prefix.User, der.subarray(-KEY_BYTES)));
}

/** True for a valid signature of a public key `U…`; false also for a text that is no key. */
export function verifyWithNkey(nkey: string, bytes: Uint8Array, signature: Uint8Array): boolean {
  try {
    return fromPublic(nkey).verify(bytes, signature);
  } catch {
    return false;
  }
}

/** Creates a cipher key for the store: 256 random bits in hex after a `k`, so that the configuration reads it as text. */
export function newCipherKey(): string {
  return `k${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('hex')}`;
}
