import { createUser, fromPublic, fromSeed } from '@nats-io/nkeys';

/** Creates a user key; returns its seed `SU…`, the text of an nkey file. */
export function newSeed(): string {
  return new TextDecoder().decode(createUser().getSeed());
}

/** Returns the public key `U…` of a seed, which the server's configuration names. */
export function publicNkey(seed: string): string {
  return fromSeed(new TextEncoder().encode(seed.trim())).getPublicKey();
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

/** Signs bytes with a seed. */
export function signWithNkey(seed: string, bytes: Uint8Array): Uint8Array {
  return fromSeed(new TextEncoder().encode(seed.trim())).sign(bytes);
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
