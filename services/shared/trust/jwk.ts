import { decodeBase64url, encodeBase64url } from '../kernel/base64url.js';
import { fail } from '../kernel/errors.js';
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

/** Reads a public key. Throws `key-invalid`, also for a private key. */
export function parsePublicJwk(value: unknown): PublicJwk {
  const members = exactly(value, ['kty', 'crv', 'alg', 'use', 'kid', 'x']);
  const kid = String(members['kid']);
  const x = members['x'];
  const strong = isKeyText(x) && !SMALL_ORDER.has(x);
  if (!strong) throw fail('key-invalid', `key \`${kid}\` is not an Ed25519 public key`);
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

/**
 * Points of order 1, 2, 4 and 8 with their other encodings. Under such a key one signature is valid for many messages, so that
 * its owner could deny a receipt (RFC 8032 section 5.1.7, "Taming the many EdDSAs" table 1).
 */
const SMALL_ORDER: ReadonlySet<string> = new Set(smallOrderPoints().map(encodeBase64url));

function smallOrderPoints(): readonly Uint8Array[] {
  const odd = 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a';
  const even = '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05';
  const middle = 'ff'.repeat(30);
  const lows = ['00', '01'].map((first) => first + '00'.repeat(31));
  const highs = ['ec', 'ed', 'ee'].map((first) => `${first}${middle}7f`);
  const points = [...lows, odd, even, ...highs].map((hex) => Buffer.from(hex, 'hex'));
  return points.flatMap((point) => [point, withSignBit(point)]);
}

function withSignBit(point: Uint8Array): Uint8Array {
  return point.map((byte, index) => (index === 31 ? byte ^ 0x80 : byte));
}
