import { randomBytes, timingSafeEqual } from 'node:crypto';
import { digest } from './digest.js';

/** The scopes of tokens at each kind of service; the console calls a person's scopes roles. */
export const SCOPES = {
  gateway: [
    'notice:write',
    'notice:confirm',
    'notice:read',
    'notice:content',
    'inbox:read',
    'inbox:request',
    'inbox:keep',
    'preview',
    'key:request',
    'policy:release',
  ],
  console: ['viewer', 'operator', 'author'],
  auditor: [
    'records:read',
    'decisions:read',
    'quarantine:read',
    'policies:read',
    'policies:write',
    'overheld:read',
    'log:read',
    'log:cosign',
  ],
} as const;

/** A kind of service that takes bearer tokens. */
export type ServiceKind = keyof typeof SCOPES;

/** The scopes of one kind of service. */
export type ScopeOf<Kind extends ServiceKind> = (typeof SCOPES)[Kind][number];

/** Generates a bearer token: 256 random bits in base64url. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * Returns the hash that a service stores. Plain SHA-256 suffices, because 256 random bits cannot be guessed.
 * The expiry is part of the hash: a service that leaves the expiry out does not accept the token, nor does
 * one whose file was edited.
 */
export function hashToken(token: string, until?: string): string {
  return digest(until === undefined ? token : `${token}.${until}`);
}

/** Compares a token with a stored hash in constant time. */
export function isToken(
  token: string,
  { hash, until }: { readonly hash: string; readonly until?: string },
): boolean {
  const [a, b] = [Buffer.from(hashToken(token, until)), Buffer.from(hash)];
  return a.length === b.length && timingSafeEqual(a, b);
}
