import { createHmac, createPrivateKey, sign } from 'node:crypto';
import type { PrivateJwk } from '../../../services/shared/trust/jwk.js';

const base64url = (data: string | Uint8Array): string => Buffer.from(data).toString('base64url');

/** What an attacker who holds a key can write: any header and payload text, properly signed. */
export function forge(jwk: PrivateJwk, header: unknown, payload: unknown): string {
  const key = createPrivateKey({ key: { ...jwk }, format: 'jwk' });
  return assemble(header, payload, (signed) => sign(null, Buffer.from(signed), key));
}

/** The classic confusion: HMAC with the public key as its secret. */
export function forgeHmac(secret: Uint8Array | string, header: unknown, payload: unknown): string {
  return assemble(header, payload, (signed) => createHmac('sha256', secret).update(signed).digest());
}

/** Header and payload as objects, or as the exact text to be encoded. */
export function assemble(
  header: unknown,
  payload: unknown,
  signature: (signed: string) => Uint8Array,
): string {
  const text = (value: unknown): string | Uint8Array =>
    typeof value === 'string' || value instanceof Uint8Array ? value : JSON.stringify(value);
  const signed = `${base64url(text(header))}.${base64url(text(payload))}`;
  return `${signed}.${base64url(signature(signed))}`;
}

/** The same token with one segment changed. */
export function withSegment(token: string, index: 0 | 1 | 2, change: (segment: string) => string): string {
  return token
    .split('.')
    .map((segment, at) => (at === index ? change(segment) : segment))
    .join('.');
}
