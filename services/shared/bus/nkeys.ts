import { createUser, fromSeed } from '@nats-io/nkeys';

/** A fresh user key as the text of its file: the seed, `SU…`. */
export function newSeed(): string {
  return new TextDecoder().decode(createUser().getSeed());
}

/** The public half, `U…`, which the server's configuration names. */
export function publicNkey(seed: string): string {
  return fromSeed(new TextEncoder().encode(seed.trim())).getPublicKey();
}

/** A fresh cipher key for the store: 256 bits in hex, led by a letter so that the configuration reads it as text. */
export function newCipherKey(): string {
  return `k${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('hex')}`;
}
