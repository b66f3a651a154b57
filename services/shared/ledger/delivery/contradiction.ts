import { counted } from '../../wire/counted.js';
import { decodeBase64url, encodeBase64url } from '../../kernel/base64url.js';
import { treeOfHashes } from '../../trust/merkle.js';
import type { SharePart } from '../record-own-parts.js';
import { sharesLeft } from '../shares.js';
import type { VerifiedDelivery } from './delivery.js';
import { hashLeaves } from './delivery-root.js';
import type { VerifiedRecordProof } from './record-proof.js';

/** What a delivery statement says; a receipt says it without actions and requests. */
export type SaidDelivery = Pick<
  VerifiedDelivery,
  'originator' | 'frame' | 'root' | 'size' | 'actions' | 'requests'
>;

/** What records leave to their recipient of one frame. */
export interface LeftDelivery {
  /** In the order of the submission. */
  readonly shares: readonly SharePart[];
  /** Base64url; undefined where the routing report shows the recipient none. */
  readonly seed: string | undefined;
  /** The hashed leaf of each share in the tree of the delivery; empty without a seed. */
  readonly leaves: readonly Uint8Array[];
}

/** Returns what these records leave of a frame; those on other frames, which only hand actions over, leave nothing. */
export function leftOf(records: readonly VerifiedRecordProof[], frame: string): LeftDelivery {
  const own = records.filter((record) => record.frame === frame);
  const shares = sharesLeft(own.map(({ parts }) => parts));
  const seed = own[0]?.parts.find((part) => part.type === 'seed')?.seed;
  return { shares, seed, leaves: seed === undefined ? [] : hashLeaves(decodeBase64url(seed), shares) };
}

/**
 * Says how a delivery contradicts `records`, which are all that it names, in its order; undefined when it does not.
 * The records alone decide the root: a recipient takes no other delivery, and signs no receipt with another root. `left` is
 * what the records leave of its frame.
 */
export function contradictionOf(
  said: SaidDelivery,
  records: readonly VerifiedRecordProof[],
  left: LeftDelivery = leftOf(records, said.frame),
): string | undefined {
  if (records.some(({ originator }) => originator !== said.originator))
    return 'it names a record on another originator';
  const own = records.filter(({ frame }) => frame === said.frame);
  if (own.some(({ reason }, at) => reason !== (at === 0 ? 'routing' : 'narrowing')))
    return 'it names records in another order';
  const { shares, leaves } = left;
  if (shares.length !== said.size)
    return `it has ${counted(said.size, 'notice')}, and its records leave ${shares.length}`;
  if (leaves.length < shares.length || encodeBase64url(treeOfHashes(leaves).root) !== said.root)
    return 'it has other notices or sections than its records leave';
  return isHanded(said, records) ? undefined : 'it hands over what its records do not';
}

/** True when an own part hands over each action and request, and no narrowing takes the action back. */
function isHanded({ actions, requests }: SaidDelivery, records: readonly VerifiedRecordProof[]): boolean {
  const parts = records.flatMap((record) => record.parts);
  const named = (type: 'act' | 'unact' | 'ask'): ReadonlySet<string> =>
    new Set(parts.flatMap((part) => (part.type === type ? [part.digest] : [])));
  const [acts, gone, asks] = [named('act'), named('unact'), named('ask')];
  return actions.every((one) => acts.has(one) && !gone.has(one)) && requests.every((one) => asks.has(one));
}
