import { decodeBase64url } from '../kernel/base64url.js';
import { fail } from '../kernel/errors.js';
import { isPointForm } from './ed25519/ed25519-form.js';
import { parseKid } from './kid.js';

/** A public Ed25519 key in the form of RFC 8037 with exactly these members. */
export interface PublicJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly alg: 'EdDSA';
  readonly use: 'sig';
  readonly kid: string;
  readonly x: string;
}

/** A private Ed25519 key. */
export interface PrivateJwk extends PublicJwk {
  readonly d: string;
}

const FIXED = { kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig' } as const;

/** Reads a public key. Throws `key-invalid`, also for a private key and for a point that `isPointForm` refuses. */
export function parsePublicJwk(value: unknown): PublicJwk {
  const members = exactly(value, ['kty', 'crv', 'alg', 'use', 'kid', 'x']);
  const kid = String(members['kid']);
  const x = members['x'];
  if (!isKeyText(x) || !isPointForm(decodeBase64url(x)))
    throw fail('key-invalid', `key \`${kid}\` is not an Ed25519 public key`);
  return { ...FIXED, kid, x };
}

/** Reads a private key. Throws `key-invalid`. */
export function parsePrivateJwk(value: unknown): PrivateJwk {
  const { d, ...rest } = exactly(value, ['kty', 'crv', 'alg', 'use', 'kid', 'x', 'd']);
  if (!isKeyText(d)) throw fail('key-invalid', `key \`${String(rest['kid'])}\` has no private part`);
  return { ...parsePublicJwk(rest), d };
}

/** Returns the public part of a key. */
export function publicJwk({ kid, x }: PublicJwk): PublicJwk {
  return { ...FIXED, kid, x };
}

function exactly(value: unknown, names: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw fail('key-invalid', 'a key is an object');
  const members = value as Record<string, unknown>;
  parseKid(members['kid']);
  const fixed = Object.entries(FIXED).every(([name, wanted]) => members[name] === wanted);
  const same =
    Object.keys(members).length === names.length && names.every((name) => Object.hasOwn(members, name));
  if (!fixed || !same)
    throw fail('key-invalid', `key \`${String(members['kid'])}\` has other members than ${names}`);
  return members;
}

function isKeyText(value: unknown): value is string {
  if (typeof value !== 'string' || value.length !== 43) return false;
  return decodeBase64url(value).length === 32;
}
