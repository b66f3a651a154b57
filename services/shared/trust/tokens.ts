import { randomBytes, timingSafeEqual } from 'node:crypto';
import { digest } from './digest.js';

/** What a token may be good for at each kind of service; a person's scopes at the console are called roles there. */
export const SCOPES = {
  gateway: ['notice:write', 'notice:read', 'inbox:read', 'preview'],
  console: ['viewer', 'operator', 'author'],
  auditor: ['records:read', 'decisions:read', 'quarantine:read'],
} as const;

/** A kind of service that takes bearer tokens. */
export type ServiceKind = keyof typeof SCOPES;

/** The scopes of one kind of service. */
export type ScopeOf<Kind extends ServiceKind> = (typeof SCOPES)[Kind][number];

/** A bearer token: 256 bits in base64url. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * How a service keeps a token. Plain SHA-256 is enough: there is nothing to guess in 256 random bits. When it ends is
 * hashed with it: what does not know of ends lets it in at no time, and nobody moves the end of a token by hand.
 */
export function hashToken(token: string, until?: string): string {
  return digest(until === undefined ? token : `${token}.${until}`);
}

/** Compares in constant time whether `token` is the one that was kept as this. */
export function isToken(
  token: string,
  { hash, until }: { readonly hash: string; readonly until?: string },
): boolean {
  const [a, b] = [Buffer.from(hashToken(token, until)), Buffer.from(hash)];
  return a.length === b.length && timingSafeEqual(a, b);
}
