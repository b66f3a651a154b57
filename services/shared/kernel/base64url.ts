import { fail } from './errors.js';

/** Returns the bytes as base64url without padding (RFC 4648 section 5). */
export function encodeBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}

/**
 * Decodes base64url. Accepts the canonical form only (RFC 4648 section 3.5): no padding, no spaces, no non-zero trailing
 * bits. Throws `token-malformed` for anything else.
 */
export function decodeBase64url(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) throw fail('token-malformed', 'not canonical base64url');
  return bytes;
}
