import { decodeBase64url, encodeBase64url } from '../../shared/kernel/base64url.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { claimedKid } from '../../shared/trust/parse-compact-jws.js';
import type { PackRecall } from '../../shared/verify/pack.js';
import { type DeliveryFrame, frames } from '../../shared/wire/frames.js';

/** Returns the recall in the stored proofs of a delivery, as the hub handed it to this organisation; none for any other delivery. */
export function recallsIn(
  { items }: DeliveryFrame,
  about: { readonly recipient: OrgId; readonly statement: string },
): readonly PackRecall[] {
  return items.flatMap(({ recall }) =>
    recall
      ? [{ ...about, proposal: encodeBase64url(recall.proposal), record: encodeBase64url(recall.record) }]
      : [],
  );
}

/** Returns the keys of the operators who signed recalls. */
export function operatorsOf(recalls: readonly PackRecall[]): readonly string[] {
  return recalls
    .flatMap(({ proposal, record }) => [proposal, record])
    .map((bytes) => claimedKid(frames.record.decode(decodeBase64url(bytes)).command ?? ''));
}
