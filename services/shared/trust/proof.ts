import { decodeBase64url, encodeBase64url } from '../kernel/base64url.js';
import { fail } from '../kernel/errors.js';
import { parseStrictJson } from '../kernel/strict-json.js';
import type { SignedSet } from '../wire/frames.js';
import { type Claims, type Expected, type VerifiedJws, verifyJws } from './jws.js';
import { leafHash, rootFrom, treeOf } from './merkle.js';
import { isSize, leafData } from './signed-set.js';

/** One part of a signed set with the proof of its inclusion; all bytes in base64url. */
export interface InclusionProof {
  readonly salt: string;
  readonly part: string;
  readonly index: number;
  readonly size: number;
  readonly path: readonly string[];
}

/** Builds the tree of a set once. The returned function proves one leaf; undefined for an index outside the set. */
export function createProver({ leaves }: SignedSet): (index: number) => InclusionProof | undefined {
  const tree = treeOf(leaves.map(leafData));
  return (index) => {
    const leaf = leaves[index];
    return (
      leaf && {
        salt: encodeBase64url(leaf.salt),
        part: encodeBase64url(leaf.part),
        index,
        size: tree.size,
        path: tree.path(index).map(encodeBase64url),
      }
    );
  };
}

/** Verifies a proof of inclusion. Throws as `verifyJws` does, and `digest-mismatch` if it does not lead to the signed root. */
export async function verifyProof(
  statement: string,
  proof: InclusionProof,
  expected: Expected,
): Promise<{ readonly claims: Claims; readonly part: unknown; readonly key: VerifiedJws['key'] }> {
  const { payload: claims, key } = await verifyJws(statement, expected);
  const part = decodeBase64url(proof.part);
  const leaf = leafHash(leafData({ salt: decodeBase64url(proof.salt), part }));
  const root = rootFrom(leaf, proof, proof.path.map(decodeBase64url));
  const proven = root !== undefined && claims['root'] === encodeBase64url(root) && isSize(claims, proof.size);
  if (!proven) throw fail('digest-mismatch', 'the proof does not lead to the signed root');
  return { claims, part: parseStrictJson(part), key };
}
