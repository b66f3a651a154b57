import { createHmac } from 'node:crypto';
import { decodeBase64url, encodeBase64url } from '../kernel/base64url.js';
import type { OrgId } from '../kernel/ids.js';
import { sha256 } from '../trust/digest.js';
import { type Tree, treeOf, treeOfHashes } from '../trust/merkle.js';
import { leafData } from '../trust/signed-set.js';
import type { Leaf } from '../wire/frames.js';
import { isOwnPart, type OwnPart, type TreePart } from './record-own-parts.js';

/** The tree of members of a report: one place for each member of the directory, whatever the report says. */
export interface MembersTree {
  /** Base64url. */
  readonly root: string;
  /** The own parts of a member and where they are; undefined for an organisation without a place. */
  readonly placeOf: (org: OrgId) => MemberPlace | undefined;
}

/** A member's own parts and their leaves, in the order of the record. */
interface OwnLeaves {
  readonly parts: readonly OwnPart[];
  readonly leaves: readonly Leaf[];
}

/** What a report says to one member, with the member's place in the tree of members and the path to its root. */
export interface MemberPlace extends OwnLeaves {
  readonly index: number;
  readonly path: readonly Uint8Array[];
}

/** Leaf i of the record holds part i. */
interface Recorded {
  readonly parts: readonly { readonly type: string }[];
  readonly leaves: readonly Leaf[];
}

/**
 * Builds the tree of members (proto/README.md#members). Places and the lengths of paths depend on the directory alone: a
 * member without own parts has a node derived from `decoys`, and so have the places up to the next power of two.
 */
export function membersTree(
  { orgs, decoys }: Pick<TreePart, 'orgs' | 'decoys'>,
  recorded: Recorded,
): MembersTree {
  const own = ownLeaves(recorded);
  const key = decodeBase64url(decoys);
  const places = Array.from({ length: widthFor(orgs.length) }, (_, index) => {
    const org = orgs[index];
    const mine = org === undefined ? undefined : own.get(org);
    if (org === undefined || mine === undefined) return decoyAt(key, index);
    return memberNode(org, ownRoot(mine.leaves));
  });
  const tree: Tree = treeOfHashes(places);
  return {
    root: encodeBase64url(tree.root),
    placeOf: (org) => {
      const index = orgs.indexOf(org);
      return index === -1 ? undefined : { ...(own.get(org) ?? NOTHING), index, path: tree.path(index) };
    },
  };
}

/** Returns the RFC 9162 root over the own leaves of a member. */
export function ownRoot(leaves: readonly Leaf[]): Uint8Array {
  return treeOf(leaves.map(leafData)).root;
}

/** Unlike the prefixes of leaves and inner nodes, so that no path leads past the node of a member. */
const MEMBER = Uint8Array.of(2);

/** Returns HASH(0x02 || organisation || own root), the node of a member with own parts (proto/README.md#members). */
export function memberNode(org: OrgId, root: Uint8Array): Uint8Array {
  return sha256(MEMBER, org, root);
}

const NOTHING: OwnLeaves = { parts: [], leaves: [] };

function ownLeaves({ parts, leaves }: Recorded): ReadonlyMap<OrgId, OwnLeaves> {
  const own = new Map<OrgId, { readonly parts: OwnPart[]; readonly leaves: Leaf[] }>();
  for (const [index, part] of parts.entries()) {
    const leaf = leaves[index];
    if (!isOwnPart(part) || leaf === undefined) continue;
    const mine = own.get(part.to) ?? { parts: [], leaves: [] };
    own.set(part.to, mine);
    mine.parts.push(part);
    mine.leaves.push(leaf);
  }
  return own;
}

/** The number of places: the power of two that holds all members. */
function widthFor(members: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, members)));
}

function decoyAt(key: Uint8Array, index: number): Uint8Array {
  const place = Buffer.alloc(4);
  place.writeUInt32BE(index);
  return createHmac('sha256', key).update(place).digest();
}
