import { randomBytes } from 'node:crypto';
import { fail } from '../kernel/errors.js';
import { jtiOf } from '../kernel/ids.js';
import { needsApproval, type Notice } from '../notice/notice.js';
import { digest, isDigest } from './digest.js';
import { type DisclosureName, makeDisclosure, type NamedValue, readNamedValue } from './disclosure.js';
import { type Claims, signJws } from './jws.js';
import type { Signer } from './keys.js';
import { claimsIn } from './token-claims.js';

/** `_sd` always has this many digests, filled up with decoys, so that their number reveals nothing (RFC 9901 section 4.2.5). */
const DIGESTS = 20;
const MAX_DISCLOSURES = 64;
/** The longest encoded notice in bytes (docs/architecture.md#wire). */
const MAX_LENGTH = 262_144;
/** Bytes that the approval of a notice adds to it. */
const APPROVAL_ROOM = 1_400;
const CLAIMS = ['_sd', '_sd_alg', 'aud', 'exp', 'iat', 'iss', 'jti', 'notice'];

/** The signer of a notice and its federation. */
export interface Issuing {
  readonly federation: string;
  readonly signer: Signer;
}

/** Signs a notice as an SD-JWT (RFC 9901) with every disclosure, as the gateway stores and submits it. Throws `oversize`. */
export async function issueNotice(notice: Notice, { federation, signer }: Issuing): Promise<string> {
  const { header, routing, sections } = notice;
  const disclosures = Object.entries({ ...sections, routing })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => makeDisclosure(name as DisclosureName, value));
  const decoys = makeDecoys(DIGESTS - disclosures.length);
  const claims = {
    iss: header.originator,
    iat: Date.parse(header.issuedAt) / 1000,
    exp: Date.parse(header.expiresAt) / 1000,
    jti: jtiOf(header.id, header.number),
    aud: federation,
    notice: header,
    _sd: [...disclosures.map((disclosure) => disclosure.digest), ...decoys].sort(),
    _sd_alg: 'sha-256',
  };
  const jwt = await signJws('notice+sd-jwt', claims, signer);
  const texts = disclosures.map(({ text }) => text);
  const sdJwt = joinSdJwt(jwt, texts);
  const room = needsApproval(notice) ? APPROVAL_ROOM : 0;
  if (sdJwt.length > MAX_LENGTH - room)
    throw fail('oversize', `a signed notice is longer than ${MAX_LENGTH} bytes`);
  return sdJwt;
}

/** Signs a notice again with an approval in its header; claims and disclosures are otherwise unchanged. */
export async function issueApproved(sdJwt: string, approval: string, signer: Signer): Promise<string> {
  const { jwt, disclosures } = splitSdJwt(sdJwt);
  const claims = claimsIn(jwt) as Claims;
  const notice = { ...Object(claims['notice']), approval } as Claims;
  return joinSdJwt(await signJws('notice+sd-jwt', { ...claims, notice }, signer), disclosures);
}

/** Returns digests of random bytes drawn at once; single draws took a seventh of the time of issuing. */
function makeDecoys(count: number): readonly string[] {
  const noise = randomBytes(32 * count);
  return Array.from({ length: count }, (_, index) => digest(noise.subarray(32 * index, 32 * index + 32)));
}

/** Joins token and disclosures, sorted by their random text, so that the order reveals nothing about missing ones. */
export function joinSdJwt(jwt: string, disclosures: readonly string[]): string {
  return `${[jwt, ...disclosures.toSorted()].join('~')}~`;
}

/** Splits an SD-JWT (RFC 9901 section 4) without verifying it. Throws `oversize` or `token-malformed`. */
export function splitSdJwt(sdJwt: string): { readonly jwt: string; readonly disclosures: readonly string[] } {
  if (sdJwt.length > MAX_LENGTH) throw fail('oversize', `a notice is longer than ${MAX_LENGTH} bytes`);
  const [jwt = '', ...disclosures] = sdJwt.split('~');
  // A text after the last `~` would be a key binding JWT, which no notice has.
  if (disclosures.pop() !== '') throw fail('token-malformed', 'a notice does not end with `~`');
  if (disclosures.length > MAX_DISCLOSURES) throw fail('disclosure-invalid', 'too many disclosures');
  return { jwt, disclosures };
}

/** The text of a disclosure, and its digest. */
export interface HashedDisclosure {
  readonly text: string;
  readonly digest: string;
}

/** An SD-JWT split into its JWS and its disclosures, each hashed. */
export interface HashedSdJwt {
  readonly jwt: string;
  /** Digest of `jwt`. */
  readonly digest: string;
  readonly disclosures: readonly HashedDisclosure[];
}

/** Splits an SD-JWT and hashes its parts, without verifying it. Throws as `splitSdJwt` does. */
export function hashSdJwt(sdJwt: string): HashedSdJwt {
  const { jwt, disclosures } = splitSdJwt(sdJwt);
  return { jwt, digest: digest(jwt), disclosures: disclosures.map(hashDisclosure) };
}

/** Hashes the text of a disclosure, without reading it. */
export function hashDisclosure(text: string): HashedDisclosure {
  return { text, digest: digest(text) };
}

/** The disclosed values and their exact texts, by name, in the order of `_sd`. */
export interface Disclosed {
  readonly values: ReadonlyMap<DisclosureName, unknown>;
  readonly texts: ReadonlyMap<DisclosureName, string>;
}

/**
 * Reads the disclosures that verified claims refer to. Throws `token-malformed` for claims that a notice does not have, and
 * `disclosure-invalid` for a disclosure that is unreferenced or repeated (RFC 9901 section 7.1 steps 4 and 5).
 */
export function readDisclosed(claims: Claims, disclosures: readonly HashedDisclosure[]): Disclosed {
  const digests = readDigests(claims);
  const found = new Map<string, NamedValue>();
  for (const { text, digest: hash } of disclosures) {
    const named = readNamedValue(text);
    if (!digests.has(hash) || found.has(hash))
      throw fail('disclosure-invalid', 'a disclosure is not referenced, or is repeated');
    found.set(hash, named);
  }
  const ordered = [...digests].flatMap((one) => found.get(one) ?? []);
  const values = new Map(ordered.map(({ name, value }) => [name, value]));
  if (values.size < ordered.length) throw fail('disclosure-invalid', 'a section is disclosed twice');
  return { values, texts: new Map(ordered.map(({ name, text }) => [name, text])) };
}

/** Reads `_sd` in its order. */
function readDigests(claims: Claims): ReadonlySet<string> {
  const names = Object.keys(claims);
  if (names.length !== CLAIMS.length || !CLAIMS.every((name) => Object.hasOwn(claims, name))) {
    throw fail('token-malformed', `claims are not exactly ${CLAIMS}`);
  }
  const { _sd: digests, _sd_alg: algorithm } = claims;
  if (algorithm !== 'sha-256') throw fail('token-malformed', '`_sd_alg` is not `sha-256`');
  const set = new Set<string>(Array.isArray(digests) ? digests.filter(isDigest) : []);
  if (!Array.isArray(digests) || digests.length !== DIGESTS || set.size !== DIGESTS) {
    throw fail('disclosure-invalid', `\`_sd\` is not ${DIGESTS} different digests`);
  }
  return set;
}
