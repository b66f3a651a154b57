import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { createUser, fromPublic, fromSeed } from '@nats-io/nkeys';

/** Creates a user key; returns its seed `SU…`, the text of an nkey file. */
export function newSeed(): string {
  return new TextDecoder().decode(createUser().getSeed());
}

/** Returns the public key `U…` of a seed, which the server's configuration names. Throws `NKeysError` for another text. */
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
  const text = seed.trim();
  // Throws unless the text is a seed with its checksum.
  fromSeed(new TextEncoder().encode(text));
  const key = Buffer.concat([PKCS8, decodeSeed(text)]);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

function publicOf(key: KeyObject): string {
  const der = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return encodeUserNkey(der.subarray(-KEY_BYTES));
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

/** The byte that makes the text of a user's public key begin with `U`. */
const USER = 20 << 3;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Encodes the public key of a user as NATS does: base32 of its kind, the key, and a checksum of both. */
function encodeUserNkey(key: Uint8Array): string {
  const named = Uint8Array.of(USER, ...key);
  const checksum = crc16(named);
  return base32(Uint8Array.of(...named, checksum & 0xff, checksum >> 8));
}

/** Returns the 32 bytes of a seed, which follow two bytes for its kind; its checksum is not looked at. */
function decodeSeed(seed: string): Uint8Array {
  const bits = Array.from(seed, (letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Uint8Array.from({ length: 32 }, (_, at) => Number.parseInt(bits.slice(8 * at + 16, 8 * at + 24), 2));
}

/** RFC 4648, section 6, without padding. */
function base32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return bits.replaceAll(/.{1,5}/g, (five) => ALPHABET.charAt(Number.parseInt(five.padEnd(5, '0'), 2)));
}

/** CRC-16/XMODEM. */
function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = ((crc << 1) ^ ((crc & 0x8000) === 0 ? 0 : 0x1021)) & 0xffff;
  }
  return crc;
}
