import { decodeBase64url } from '../kernel/base64url.js';
import { parseStrictJson } from '../kernel/strict-json.js';

/**
 * What a token says, without a look at its signature: for what was verified when it was kept, or is not to be believed.
 * Throws `token-malformed` or `json-…`.
 */
export function claimsIn(token: string): unknown {
  return parseStrictJson(decodeBase64url(token.split('.')[1] ?? ''));
}
