import { randomBytes, timingSafeEqual } from 'node:crypto';
import { digest } from './digest.js';

/** A bearer token: 256 bits in base64url. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** How a service keeps a token. Plain SHA-256 is enough: there is nothing to guess in 256 random bits. */
export function hashToken(token: string): string {
  return digest(token);
}

/** Compares in constant time whether `token` is the one that was kept as `hash`. */
export function isToken(token: string, hash: string): boolean {
  const [a, b] = [Buffer.from(hashToken(token)), Buffer.from(hash)];
  return a.length === b.length && timingSafeEqual(a, b);
}
