import { decodeBase64url, encodeBase64url } from '../kernel/base64url.js';
import { fail } from '../kernel/errors.js';
import { parseStrictJson } from '../kernel/strict-json.js';
import type { SignedSet } from '../wire/frames.js';
import { type Expected, verifyJws } from './jws.js';
import { leafHash, rootFrom, treeOf } from './merkle.js';
import { leafData, type VerifiedSet } from './signed-set.js';

/** Some parts of a signed set, each with its path to the signed root; bytes in base64url. */
export interface ShownSet {
  /** The statement over all parts, a compact JWS with the claims `root` and `size`. */
  readonly statement: string;
  /** By rising index. */
  readonly parts: readonly ShownLeaf[];
}

/** One part of a signed set. */
export interface ShownLeaf {
  readonly index: number;
  readonly salt: string;
  readonly part: string;
  readonly path: readonly string[];
}

/** Returns the parts of a set that `isShown` accepts; a path reveals nothing about the other parts. */
export function showSet({ statement, leaves }: SignedSet, isShown: (part: unknown) => boolean): ShownSet {
  const tree = treeOf(leaves.map(leafData));
  const parts = leaves.flatMap(({ salt, part }, index): readonly ShownLeaf[] => {
    if (!isShown(JSON.parse(Buffer.from(part).toString('utf8')))) return [];
    const path = tree.path(index).map(encodeBase64url);
    return [{ index, salt: encodeBase64url(salt), part: encodeBase64url(part), path }];
  });
  return { statement, parts };
}

/**
 * Verifies the shown parts of a set. Throws as `verifyJws` does, `json-…` for a part, and `digest-mismatch` with the place
 * (`parts[2]`) for a part whose path does not lead to the signed root, or that is out of order.
 */
export async function verifyShownSet(shown: ShownSet, expected: Expected): Promise<VerifiedSet> {
  const { payload: claims, key } = await verifyJws(shown.statement, expected);
  const size = Number(claims['size']);
  const parts = shown.parts.map((leaf, at) => {
    const { index, salt, part, path } = leaf;
    const bytes = decodeBase64url(part);
    const hash = leafHash(leafData({ salt: decodeBase64url(salt), part: bytes }));
    const root = rootFrom(hash, { index, size }, path.map(decodeBase64url));
    const isAfter = index > (shown.parts[at - 1]?.index ?? -1);
    if (isAfter && root !== undefined && encodeBase64url(root) === claims['root'])
      return parseStrictJson(bytes);
    const place = `parts[${at}]`;
    throw fail('digest-mismatch', `\`${place}\` does not lead to the signed root`, [
      { path: place, message: 'does not lead to the signed root' },
    ]);
  });
  return { claims, key, parts, indices: shown.parts.map(({ index }) => index) };
}
