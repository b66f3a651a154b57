import { decodeBase64url } from '../kernel/base64url.js';
import { parseStrictJson } from '../kernel/strict-json.js';

/**
 * Reads the claims of a token without verifying it: for tokens verified before they were stored, and for claims that decide
 * nothing. Throws `token-malformed` or `json-…`.
 */
export function claimsIn(token: string): unknown {
  return parseStrictJson(decodeBase64url(token.split('.')[1] ?? ''));
}
