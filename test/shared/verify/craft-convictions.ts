import { encodeBase64url } from '../../../services/shared/kernel/base64url.js';
import { signDelivery, verifyDelivery } from '../../../services/shared/ledger/delivery/delivery.js';
import type { DeliveryStatement } from '../../../services/shared/ledger/delivery/delivery.js';
import type { SignedRecord } from '../../../services/shared/ledger/record-head.js';
import type { Conviction } from '../../../services/shared/verify/conviction.js';
import { packLeafOf } from '../../../services/shared/verify/pack-parts.js';
import { type Owed, type OwedClaim, signOwed } from '../../../services/shared/verify/owed-claim.js';
import { NOW } from '../trust/federation.js';
import { answer, type Delivered, EUROPOL, type Evidence, INTERPOL, proofOf } from './craft-evidence.js';
import { shownTo } from './craft-packs.js';

/** A delivery statement as the hub signed it, with what a lying hub changes. */
export async function statementBut(
  { keys }: Evidence,
  { recipient, delivery: { statement } }: Delivered,
  change: Partial<DeliveryStatement>,
): Promise<string> {
  const by = { directory: keys.directory, recipient, now: NOW };
  const said = { ...(await verifyDelivery(statement, by)), ...change };
  return signDelivery(said, { signer: keys.signer('hub:hub:1'), now: NOW });
}

interface Lie {
  readonly what: Conviction['what'];
  readonly accused: string;
  /** What the hub changes of its delivery statement. */
  readonly hub?: Partial<DeliveryStatement>;
  /** The root in the receipt instead of that of the delivery. */
  readonly root?: string;
}

/** A conviction about what interpol got. */
export async function craftConviction(
  evidence: Evidence,
  { what, accused, hub = {}, root }: Lie,
): Promise<Conviction> {
  const { keys, routing } = evidence;
  const statement = await statementBut(evidence, evidence.deliveries.interpol, hub);
  const receipt = await answer(keys, { recipient: INTERPOL, statement }, root === undefined ? {} : { root });
  const { statement: record, own, index, path } = proofOf(routing, INTERPOL);
  return {
    kind: 'conviction',
    what,
    accused,
    originator: EUROPOL,
    recipient: INTERPOL,
    directory: shownTo(evidence, [EUROPOL, INTERPOL]),
    statement,
    records: [{ statement: record, own: own.map(packLeafOf), index, path: path.map(encodeBase64url) }],
    receipt: what === 'delivery-differs' ? receipt : null,
  };
}

interface OwedAbout extends Partial<Pick<Owed, 'what' | 'owes' | 'since' | 'action'>> {
  readonly record: SignedRecord;
}

/** A claim of europol, by default that the hub owes the inclusion of a record. */
export async function craftOwed(
  evidence: Evidence,
  { record: { digest: record, statement }, ...change }: OwedAbout = { record: evidence.routing },
): Promise<OwedClaim> {
  const by = { signer: evidence.keys.signer('europol:notice:1'), federation: 'demo', now: NOW };
  return {
    kind: 'claim',
    directory: shownTo(evidence, [EUROPOL]),
    statement: await signOwed({ what: 'inclusion', owes: 'hub', record, since: NOW, ...change }, by),
    record: statement.statement,
  };
}
