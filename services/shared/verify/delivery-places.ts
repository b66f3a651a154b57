import { decodeBase64url, encodeBase64url } from '../kernel/base64url.js';
import { fail } from '../kernel/errors.js';
import { noticeIdOf } from '../kernel/ids.js';
import type { VerifiedDelivery } from '../ledger/delivery/delivery.js';
import { deliveredLeafData } from '../ledger/delivery/delivery-root.js';
import type { SharePart } from '../ledger/record-own-parts.js';
import { leafHash, rootFrom } from '../trust/merkle.js';
import type { PackDelivery, PackPlace } from './pack.js';
import type { Verifying } from './verify-records.js';

/** A delivery of a pack and its place there. */
export interface OneDelivery {
  readonly delivery: PackDelivery;
  readonly where: string;
}

/** What a delivery statement and a receipt both name. */
export type DeliveryName = Pick<VerifiedDelivery, 'records' | 'root' | 'size' | 'frame'>;

/** What records leave to the recipient of a delivery. */
export interface LeftByRecords {
  /** By the records that the pack has. */
  readonly left: readonly SharePart[];
  /** True if the pack has every record that the delivery names: another one may leave less. */
  readonly isWhole: boolean;
}

interface LeftDelivery extends OneDelivery, LeftByRecords {
  readonly named: DeliveryName;
}

/** Verifies the place of each revision in the tree of the delivery: exactly what the records leave of it was delivered. */
export async function claimPlaces(
  { pack, claims }: Verifying,
  { named, delivery: { recipient, places }, where, left, isWhole }: LeftDelivery,
): Promise<void> {
  for (const [at, place] of places.entries()) {
    const jti = `${pack.notice}.${place.number}`;
    const what = isWhole ? 'exactly what the records leave' : 'what the records of the pack leave';
    const says = `${what} of ${jti} is in the delivery to ${recipient}`;
    await claims.check({ claim: 'delivery', where: `${where}.places[${at}]`, says }, () => {
      const share = left.find((one) => one.jti === jti);
      if (share === undefined)
        throw fail('delivery-differs', 'the records leave nothing of it to the recipient');
      requirePlaced(named, place, share);
    });
  }
  if (!isWhole && places.length > 0)
    claims.unproved({
      claim: 'delivery',
      where,
      says: `exactly what the records leave is in the delivery to ${recipient}`,
      detail: 'it names a record that is not in the pack, and that may leave less',
    });
  const placed = places.map(({ number }) => `${pack.notice}.${number}`);
  for (const { jti } of left)
    if (noticeIdOf(jti) === pack.notice && !placed.includes(jti))
      claims.unproved({
        claim: 'delivery',
        where,
        says: `exactly what the records leave of ${jti} is in the delivery to ${recipient}`,
        detail: 'its place in the delivery is not in the pack, because content was erased',
      });
}

function requirePlaced(
  { root, size }: DeliveryName,
  { salt, index, path, disclosed }: PackPlace,
  share: SharePart,
): void {
  if (disclosed !== share.disclosed)
    throw fail('delivery-differs', 'other disclosures were delivered than the records leave');
  const leaf = leafHash(deliveredLeafData(decodeBase64url(salt), share));
  const found = rootFrom(leaf, { index, size }, path.map(decodeBase64url));
  if (found !== undefined && encodeBase64url(found) === root) return;
  throw fail('delivery-differs', 'it does not lead to the signed root of the delivery');
}
