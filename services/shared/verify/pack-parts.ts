import { decodeBase64url, encodeBase64url } from '../kernel/base64url.js';
import { fail } from '../kernel/errors.js';
import type { OrgId } from '../kernel/ids.js';
import { hashOf } from '../ledger/action.js';
import { saltAt } from '../ledger/delivery/delivery-root.js';
import { showPart } from '../ledger/delivery/shown-part.js';
import type { OwnPart } from '../ledger/record-own-parts.js';
import { treeOfHashes } from '../trust/merkle.js';
import { type Action, frames, type Leaf, type RecordProof } from '../wire/frames.js';
import type { PackAction, PackLeaf, PackPlace, PackRecord } from './pack.js';

/** Returns a record with all of its parts, from its exact bytes. Throws `frame-unreadable`. */
export function wholeRecordOf(bytes: Uint8Array): PackRecord {
  const { statement: set, actions = [], requests = [] } = frames.record.decode(bytes);
  if (!set) throw fail('frame-unreadable', 'a record has no statement');
  const whole = {
    leaves: set.leaves.map(packLeafOf),
    actions: actions.map(({ statement, leaves }) => ({
      statement,
      leaves: leaves.map(({ leaf, hash }) =>
        leaf ? packLeafOf(leaf) : { hash: encodeBase64url(hash ?? new Uint8Array()) },
      ),
    })),
    requests: [...requests],
  };
  return { statement: set.statement, shown: null, whole, proof: null };
}

/** Returns a leaf in base64url. */
export function packLeafOf({ salt, part }: Leaf): PackLeaf {
  return { salt: encodeBase64url(salt), part: encodeBase64url(part) };
}

/** Reverses `packLeafOf`. Throws `token-malformed`. */
export function leafOfPack({ salt, part }: PackLeaf): Leaf {
  return { salt: decodeBase64url(salt), part: decodeBase64url(part) };
}

/** Returns a record with the own parts of a member that `isShown` accepts, each with its path; undefined without any. */
export function shownRecordOf(
  proof: RecordProof,
  isShown: (part: OwnPart) => boolean,
): PackRecord | undefined {
  const shown = proof.own.flatMap(({ part }, at) => {
    if (!isShown(JSON.parse(Buffer.from(part).toString('utf8')) as OwnPart)) return [];
    const { statement: _statement, ...one } = showPart(proof, at) ?? noPart();
    return [one];
  });
  return shown.length === 0 ? undefined : { statement: proof.statement, shown, whole: null, proof: null };
}

/** Merges records with the same statement: each has the parts of all of them, each part once. */
export function mergeShown(records: readonly PackRecord[]): readonly PackRecord[] {
  const merged = new Map<string, PackRecord>();
  for (const record of records) {
    const before = merged.get(record.statement)?.shown ?? [];
    const known = new Set(before.map(({ part }) => part));
    const shown = [...before, ...(record.shown ?? []).filter(({ part }) => !known.has(part))];
    merged.set(record.statement, { ...record, shown });
  }
  return [...merged.values()];
}

/** Returns an action as one holder can show it; undefined if it means other holders only. */
export function packActionTo({ statement, leaves }: Action, holder: OrgId): PackAction | undefined {
  if (leaves.length === 0) return { statement, leaf: null };
  const index = leaves.findIndex(({ leaf }) => leaf && toOf(leaf) === holder);
  const leaf = leaves[index]?.leaf;
  if (!leaf) return undefined;
  const path = treeOfHashes(leaves.map(hashOf)).path(index).map(encodeBase64url);
  return { statement, leaf: { ...packLeafOf(leaf), index, path } };
}

const toOf = ({ part }: Leaf): unknown =>
  (JSON.parse(Buffer.from(part).toString('utf8')) as { readonly to?: unknown }).to;

function noPart(): never {
  throw fail('internal', 'an own part is missing');
}

/** Where a revision is in a delivery, and the digest of what was delivered of it. */
interface PlaceParams extends Pick<PackPlace, 'number' | 'index' | 'disclosed'> {
  /** The seed of the recipient's deliveries of the frame. */
  readonly seed: Uint8Array;
  /** The hashed leaves of the delivery. */
  readonly leaves: readonly Uint8Array[];
}

/** Returns the place of a revision in a delivery; its salt opens no other leaf. */
export function packPlaceOf({ number, index, disclosed, seed, leaves }: PlaceParams): PackPlace {
  const path = treeOfHashes(leaves).path(index).map(encodeBase64url);
  return { number, salt: encodeBase64url(saltAt(seed, index)), index, path, disclosed };
}
