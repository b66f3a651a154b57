import { fail } from './errors.js';

export function encodeBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}

/** Canonical form only (RFC 4648 section 3.5): no padding, spaces or non-zero trailing bits. Throws `token-malformed`. */
export function decodeBase64url(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) throw fail('token-malformed', 'not canonical base64url');
  return bytes;
}
