import { decodeBase64url } from '../kernel/base64url.js';
import { parseStrictJson } from '../kernel/strict-json.js';
import { digest } from './digest.js';
import type { Claims } from './jws.js';
import { type HashedDisclosure, type HashedSdJwt, hashSdJwt, readDisclosed } from './sd-jwt.js';
import { claimsIn } from './token-claims.js';

/** What identifies a copy of a notice. */
export interface CopyDigests {
  /** Digest of the SD-JWT, whatever is disclosed. */
  readonly digest: string;
  /** Digest of exactly the disclosures in it. */
  readonly disclosed: string;
}

/** A copy with its digests and its hashed parts, so that opening it hashes nothing again. */
export interface HashedCopy extends CopyDigests {
  readonly hashed: HashedSdJwt;
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
export function hashCopy(sdJwt: string): HashedCopy | undefined {
  try {
    const hashed = hashSdJwt(sdJwt);
    const claims = parseStrictJson(decodeBase64url(hashed.jwt.split('.', 2)[1] ?? ''));
    const { _sd: digests } = Object(claims) as { readonly _sd?: unknown };
    const order = new Map((Array.isArray(digests) ? digests : []).map((one: unknown, at) => [one, at]));
    const texts = inOrder(hashed.disclosures, order);
    return { digest: hashed.digest, disclosed: digestOfDisclosures(texts), hashed };
  } catch {
    return undefined;
  }
}

/**
 * Returns the digest of the disclosures of these sections, as `redact` gives it, of a notice that was verified before.
 * Throws as `hashSdJwt` and `readDisclosed` do.
 */
export function disclosedIn(sdJwt: string, sections: readonly string[]): string {
  const { jwt, disclosures } = hashSdJwt(sdJwt);
  const { texts } = readDisclosed(claimsIn(jwt) as Claims, disclosures);
  return digestOfDisclosures([...texts].flatMap(([name, text]) => (sections.includes(name) ? [text] : [])));
}

/** Returns the texts of disclosures by the place of their digest in `_sd`; those that are not in it come last. */
export function inOrder(
  disclosures: readonly HashedDisclosure[],
  order: ReadonlyMap<unknown, number>,
): readonly string[] {
  const placed = disclosures.map(({ text, digest: hash }) => ({ text, at: order.get(hash) ?? order.size }));
  return placed.toSorted((a, b) => a.at - b.at).map(({ text }) => text);
}

function lengthOf(text: string): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(text.length);
  return bytes;
}
