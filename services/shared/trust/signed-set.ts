import { encodeBase64url } from '../kernel/base64url.js';
import { fail } from '../kernel/errors.js';
import { parseStrictJson } from '../kernel/strict-json.js';
import type { Leaf, SignedSet } from '../wire/frames.js';
import { randomSalt, sha256 } from './digest.js';
import { type Claims, type Expected, signJws, type Typ, type VerifiedJws, verifyJws } from './jws.js';
import type { Signer } from './keys.js';
import { treeOf } from './merkle.js';

/** The content of a signed set: claims with `iss`, `iat` and so on, and parts that are any JSON values. */
export interface SetContent {
  readonly typ: Typ;
  readonly claims: Claims;
  readonly parts: readonly unknown[];
  readonly signer: Signer;
  /** Makes further claims from the salted leaves. */
  readonly over?: (leaves: readonly Leaf[]) => Claims;
}

/** A verified set. */
export interface VerifiedSet {
  readonly claims: Claims;
  readonly parts: readonly unknown[];
  /** The index of the leaf of each part. */
  readonly indices: readonly number[];
  readonly key: VerifiedJws['key'];
}

const SALT = 16;

/**
 * The types without the claim `size`. Every member can be shown the statement of a report, and `size` would reveal how
 * many parts the report has.
 */
const UNSIZED: ReadonlySet<Typ> = new Set(['report+jws']);

/** Signs the RFC 9162 root of the salted parts, so that the proof of one part reveals none of the others. */
export async function signSet({ typ, claims, parts, signer, over }: SetContent): Promise<SignedSet> {
  const leaves = parts.map((part) => ({ salt: randomSalt(), part: Buffer.from(JSON.stringify(part)) }));
  const { root, size } = treeOf(leaves.map(leafData));
  const sized = UNSIZED.has(typ) ? {} : { size };
  const all = { ...claims, root: encodeBase64url(root), ...sized, ...over?.(leaves) };
  const statement = await signJws(typ, all, signer);
  return { statement, leaves };
}

/**
 * Verifies a set. Throws as `verifyJws` does, `digest-mismatch` if the leaves are not the signed ones, and
 * `json-…` for a part.
 */
export async function verifySet(set: SignedSet, expected: Expected): Promise<VerifiedSet> {
  const { payload: claims, key } = await verifyJws(set.statement, expected);
  const { root, size } = treeOf(set.leaves.map(leafData));
  if (
    claims['root'] !== encodeBase64url(root) ||
    claims['size'] !== (UNSIZED.has(expected.typ) ? undefined : size)
  ) {
    throw fail('digest-mismatch', 'the leaves are not those of the statement');
  }
  const parts = set.leaves.map(({ part }) => parseStrictJson(part));
  return { claims, key, parts, indices: [...parts.keys()] };
}

/** Returns SHA-256(salt || part), which reveals nothing about the part without the salt. Throws `digest-mismatch`. */
export function leafData({ salt, part }: Leaf): Uint8Array {
  if (salt.length !== SALT) throw fail('digest-mismatch', 'a salt does not have 16 bytes');
  return sha256(salt, part);
}
