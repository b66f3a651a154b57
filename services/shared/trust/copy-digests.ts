import { decodeBase64url } from '../kernel/base64url.js';
import { parseStrictJson } from '../kernel/strict-json.js';
import { digest } from './digest.js';
import { splitSdJwt } from './sd-jwt.js';

/** What identifies a copy of a notice. */
export interface CopyDigests {
  /** Digest of the SD-JWT, whatever is disclosed. */
  readonly digest: string;
  /** Digest of exactly the disclosures in it. */
  readonly disclosed: string;
}

/**
 * Returns the digest of disclosures, which identifies what a recipient holds: SHA-256 over each text after
 * its length in 4 bytes big-endian. The caller passes the texts in the order of `_sd`.
 */
export function digestOfDisclosures(texts: readonly string[]): string {
  return digest(Buffer.concat(texts.flatMap((text) => [lengthOf(text), Buffer.from(text, 'latin1')])));
}

/**
 * Reads the digests of a copy without verifying it, so that a notice which is rejected still counts in the root of its
 * delivery. Undefined for a text that is no SD-JWT.
 */
export function copyDigests(sdJwt: string): CopyDigests | undefined {
  try {
    const { jwt, disclosures } = splitSdJwt(sdJwt);
    const claims = parseStrictJson(decodeBase64url(jwt.split('.', 2)[1] ?? ''));
    const { _sd: digests } = Object(claims) as { readonly _sd?: unknown };
    const order = new Map((Array.isArray(digests) ? digests : []).map((one: unknown, at) => [one, at]));
    return { digest: digest(jwt), disclosed: digestOfDisclosures(inOrder(disclosures, order)) };
  } catch {
    return undefined;
  }
}

/** Sorts disclosures by the place of their digest in `_sd`; those that are not in it come last. */
export function inOrder(texts: readonly string[], order: ReadonlyMap<unknown, number>): readonly string[] {
  const placed = texts.map((text) => ({ text, at: order.get(digest(text)) ?? order.size }));
  return placed.toSorted((a, b) => a.at - b.at).map(({ text }) => text);
}

function lengthOf(text: string): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(text.length);
  return bytes;
}
