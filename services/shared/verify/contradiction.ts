import { decodeBase64url } from '../kernel/base64url.js';
import type { VerifiedDelivery } from '../ledger/delivery/delivery.js';
import { type DeliveredLeaf, deliveryRoot } from '../ledger/delivery/delivery-root.js';
import type { VerifiedRecordProof } from '../ledger/delivery/record-proof.js';
import type { SharePart } from '../ledger/record-own-parts.js';
import { sharesLeft } from '../ledger/shares.js';
import { digestOfDisclosures } from '../trust/copy-digests.js';
import type { Sealed } from '../trust/open-notice.js';

/** What a delivery statement, or a receipt, says of a delivery. */
type SaidDelivery = Pick<VerifiedDelivery, 'originator' | 'frame' | 'records' | 'root' | 'size' | 'actions'>;

/**
 * Says how a delivery statement contradicts the records that it names; undefined when it does not, or when these statements
 * do not show it. All records that the statement names must be given; without the copies of all notices the root is not
 * compared, only their number.
 */
export function contradictionOf(
  statement: SaidDelivery,
  records: readonly VerifiedRecordProof[],
  copies: readonly Sealed[],
): string | undefined {
  if (statement.records.join() !== records.map(({ digest }) => digest).join()) return undefined;
  if (records.some(({ originator }) => originator !== statement.originator))
    return 'it delivered under the record of another originator';
  const own = records.filter(({ frame }) => frame === statement.frame);
  if (own.some(({ reason }, at) => reason !== (at === 0 ? 'routing' : 'narrowing')))
    return 'it delivered under records in another order';
  const shares = sharesLeft(own.map(({ parts }) => parts));
  if (shares.length !== statement.size)
    return `it delivered ${statement.size} notices, and its records leave ${shares.length}`;
  if (hasUnrecordedAction(statement, records)) return 'it handed an action over that its records do not name';
  const root = rootBy(shares, own, copies);
  return root === undefined || root === statement.root
    ? undefined
    : 'it delivered other sections than its records leave';
}

function hasUnrecordedAction({ actions }: SaidDelivery, records: readonly VerifiedRecordProof[]): boolean {
  const acts = records.flatMap(({ parts }) =>
    parts.flatMap((part) => (part.type === 'act' ? [part.digest] : [])),
  );
  return actions.some((one) => !acts.includes(one));
}

/** Returns the root over exactly what the records leave; undefined without a copy with all sections of each share. */
function rootBy(
  shares: readonly SharePart[],
  [routing]: readonly VerifiedRecordProof[],
  copies: readonly Sealed[],
): string | undefined {
  const seed = routing?.parts.find((part) => part.type === 'seed')?.seed;
  const leaves = shares.flatMap((share, at) => leafOf(share, copies[at]) ?? []);
  if (seed === undefined || leaves.length < shares.length) return undefined;
  return deliveryRoot(decodeBase64url(seed), leaves).root;
}

function leafOf({ jti, digest, sections }: SharePart, copy: Sealed | undefined): DeliveredLeaf | undefined {
  if (copy?.digest !== digest) return undefined;
  const texts = [...copy.disclosures].filter(([name]) => sections.some((section) => section === name));
  if (texts.length < sections.length) return undefined;
  return { jti, digest, disclosed: digestOfDisclosures(texts.map(([, text]) => text)) };
}
