import { createUser, fromSeed } from '@nats-io/nkeys';

/** Creates a user key; returns its seed `SU…`, the text of an nkey file. */
export function newSeed(): string {
  return new TextDecoder().decode(createUser().getSeed());
}

/** Returns the public key `U…` of a seed, which the server's configuration names. */
export function publicNkey(seed: string): string {
  return fromSeed(new TextEncoder().encode(seed.trim())).getPublicKey();
}

/** Creates a cipher key for the store: 256 random bits in hex after a `k`, so that the configuration reads it as text. */
export function newCipherKey(): string {
  return `k${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('hex')}`;
}
