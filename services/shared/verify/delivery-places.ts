import { decodeBase64url, encodeBase64url } from '../kernel/base64url.js';
import { fail } from '../kernel/errors.js';
import { noticeIdOf } from '../kernel/ids.js';
import type { VerifiedDelivery } from '../ledger/delivery/delivery.js';
import { deliveredLeafData } from '../ledger/delivery/delivery-root.js';
import type { SharePart } from '../ledger/record-own-parts.js';
import { digestOfDisclosures } from '../trust/copy-digests.js';
import { leafHash, rootFrom } from '../trust/merkle.js';
import type { PackDelivery, PackPlace } from './pack.js';
import type { ReadNotice } from './verify-notices.js';
import type { Verifying } from './verify-records.js';

/** A delivery of a pack and its place there. */
export interface OneDelivery {
  readonly delivery: PackDelivery;
  readonly where: string;
}

/** What a delivery statement and a receipt both name. */
export type DeliveryName = Pick<VerifiedDelivery, 'records' | 'root' | 'size' | 'frame'>;

interface LeftDelivery extends OneDelivery {
  readonly named: DeliveryName;
  /** What the records leave to the recipient, as far as the pack has them. */
  readonly left: readonly SharePart[];
}

/** Verifies where the revisions are in the delivery: exactly what the records leave was delivered. */
export async function claimPlaces(
  { pack, claims }: Verifying,
  notices: readonly ReadNotice[],
  { named, delivery: { recipient, places }, where, left }: LeftDelivery,
): Promise<void> {
  for (const [at, place] of places.entries()) {
    const jti = `${pack.notice}.${place.number}`;
    const says = `exactly what the records leave of ${jti} is in the delivery to ${recipient}`;
    await claims.check({ claim: 'delivery', where: `${where}.places[${at}]`, says }, () => {
      const share = left.find((one) => one.jti === jti);
      if (share === undefined)
        throw fail('delivery-differs', 'the records leave nothing of it to the recipient');
      requirePlaced(named, place, share);
      requireDisclosed(
        place,
        share,
        notices.find((one) => one.jti === jti),
      );
    });
  }
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
  { jti, digest }: SharePart,
): void {
  const leaf = leafHash(deliveredLeafData(decodeBase64url(salt), { jti, digest, disclosed }));
  const found = rootFrom(leaf, { index, size }, path.map(decodeBase64url));
  if (found !== undefined && encodeBase64url(found) === root) return;
  throw fail('delivery-differs', 'it does not lead to the signed root of the delivery');
}

/** Requires the delivered texts, as far as the pack has them all: an action may have erased some since. */
function requireDisclosed(
  { disclosed }: PackPlace,
  { sections }: SharePart,
  notice: ReadNotice | undefined,
): void {
  if (notice?.copy === undefined) return;
  const texts = [...notice.copy.disclosures].filter(([name]) => sections.some((section) => section === name));
  if (texts.length < sections.length) return;
  if (digestOfDisclosures(texts.map(([, text]) => text)) === disclosed) return;
  throw fail('delivery-differs', 'other disclosures were delivered than the records leave');
}
