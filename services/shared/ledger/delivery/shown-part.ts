import { decodeBase64url, encodeBase64url } from '../../kernel/base64url.js';
import { parseStrictJson } from '../../kernel/strict-json.js';
import { digest } from '../../trust/digest.js';
import { leafHash, rootFrom, treeOf } from '../../trust/merkle.js';
import { leafData } from '../../trust/signed-set.js';
import type { RecordProof } from '../../wire/frames.js';
import type { OwnPart } from '../record-own-parts.js';
import { parseOwnPart } from '../record-parts.js';
import type { DeliveryReading } from './delivery.js';
import { verifyShown } from './record-proof.js';

/**
 * One own part of a member with its proof, without the member's other parts of the record; bytes in
 * base64url.
 */
export interface ShownPart {
  /** The statement of the record, a compact JWS. */
  readonly statement: string;
  readonly salt: string;
  readonly part: string;
  /** Its place among the member's own parts. */
  readonly own: { readonly index: number; readonly size: number; readonly path: readonly string[] };
  /** The member's place among the members. */
  readonly index: number;
  readonly path: readonly string[];
}

/**
 * Returns one own part of a proof with its path; `at` is its index among the own leaves. Undefined if there
 * is none.
 */
export function showPart({ statement, own, index, path }: RecordProof, at: number): ShownPart | undefined {
  const leaf = own[at];
  if (leaf === undefined) return undefined;
  const tree = treeOf(own.map(leafData));
  return {
    statement,
    salt: encodeBase64url(leaf.salt),
    part: encodeBase64url(leaf.part),
    own: { index: at, size: own.length, path: tree.path(at).map(encodeBase64url) },
    index,
    path: path.map(encodeBase64url),
  };
}

/** A verified own part, and the digest and time of the record that it is in. */
export interface VerifiedPart {
  readonly record: string;
  readonly issuedAt: Date;
  readonly part: OwnPart;
}

/**
 * Verifies a part that a member was shown. Throws as `verifyJws` and `parseOwnPart` do, and `digest-mismatch`
 * when its path does not lead to the signed root of members.
 */
export async function verifyShownPart(shown: ShownPart, reading: DeliveryReading): Promise<VerifiedPart> {
  const { statement, index, own } = shown;
  const part = decodeBase64url(shown.part);
  const root = (): Uint8Array | undefined => {
    const leaf = leafHash(leafData({ salt: decodeBase64url(shown.salt), part }));
    return rootFrom(leaf, own, own.path.map(decodeBase64url));
  };
  const path = shown.path.map(decodeBase64url);
  const payload = await verifyShown({ statement, index, path, root }, reading);
  const issuedAt = new Date(Number(payload['iat']) * 1000);
  return {
    record: digest(shown.statement),
    issuedAt,
    part: parseOwnPart(parseStrictJson(part), reading.recipient),
  };
}
