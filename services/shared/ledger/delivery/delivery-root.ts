import { createHmac } from 'node:crypto';
import { decodeBase64url, encodeBase64url } from '../../kernel/base64url.js';
import type { Jti } from '../../kernel/ids.js';
import { leafHash, type Tree, treeOfHashes } from '../../trust/merkle.js';

/** What the root of a delivery covers of one notice. */
export interface DeliveredLeaf {
  readonly jti: Jti;
  /** Digest of the SD-JWT. */
  readonly digest: string;
  /** Digest of exactly the disclosures that are delivered, as `hashCopy` gives it. */
  readonly disclosed: string;
}

/** The root over all notices of a delivery, and their number. */
export interface DeliveryRoot {
  /** Base64url. */
  readonly root: string;
  readonly size: number;
}

/** Bytes of a salt. */
const SALT_BYTES = 16;

/**
 * Returns the root of a delivery (proto/README.md#delivery-root). The seed is that of its recipient in the
 * routing report: the same for a retry, for another router and after a narrowing.
 */
export function deliveryRoot(seed: Uint8Array, leaves: readonly DeliveredLeaf[]): DeliveryRoot {
  const { root, size } = deliveryTree(seed, leaves);
  return { root: encodeBase64url(root), size };
}

/** Returns the tree of a delivery, whose paths prove single notices of it. */
export function deliveryTree(seed: Uint8Array, leaves: readonly DeliveredLeaf[]): Tree {
  return treeOfHashes(hashLeaves(seed, leaves));
}

/** Returns the hashed leaves of the tree of a delivery, in its order. */
export function hashLeaves(seed: Uint8Array, leaves: readonly DeliveredLeaf[]): readonly Uint8Array[] {
  return leaves.map((leaf, index) => leafHash(deliveredLeafData(saltAt(seed, index), leaf)));
}

/** Returns the salt of one leaf of a delivery; it reveals nothing about the other leaves. */
export function saltAt(seed: Uint8Array, index: number): Uint8Array {
  return createHmac('sha256', seed).update(uint32(index)).digest().subarray(0, SALT_BYTES);
}

/** Returns the input of the leaf of one notice. Throws `token-malformed` for a digest that is not canonical base64url. */
export function deliveredLeafData(salt: Uint8Array, { jti, digest, disclosed }: DeliveredLeaf): Uint8Array {
  const name = Buffer.from(jti, 'latin1');
  const length = Buffer.alloc(2);
  length.writeUInt16BE(name.length);
  return Buffer.concat([salt, length, name, decodeBase64url(digest), decodeBase64url(disclosed)]);
}

function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
