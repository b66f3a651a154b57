import { fail } from '../kernel/errors.js';
import { type VerifiedDelivery, verifyDelivery } from '../ledger/delivery/delivery.js';
import { isRecallFrame } from '../ledger/recall.js';
import { type VerifiedReceipt, verifyReceipt } from '../ledger/receipt/receipt.js';
import { sharesLeft } from '../ledger/shares.js';
import { claimPlaces, type DeliveryName, type LeftByRecords, type OneDelivery } from './delivery-places.js';
import { claimAnswers, claimOutcomes } from './receipt-outcomes.js';
import type { ReadNotice } from './verify-notices.js';
import type { ReadReport, Verifying } from './verify-records.js';

/** What was verified before the deliveries. */
export interface VerifiedBefore {
  readonly records: readonly ReadReport[];
  readonly notices: readonly ReadNotice[];
  /** The verbs of the actions of the pack, recalls included, by digest. */
  readonly verbs: ReadonlyMap<string, string>;
}

/** Verifies the delivery statements and receipts of a pack, and what they say of the notice. */
export async function verifyDeliveries(verifying: Verifying, before: VerifiedBefore): Promise<void> {
  const records = new Map(before.records.map((record) => [record.digest, record]));
  for (const [at, delivery] of verifying.pack.deliveries.entries())
    await verifyOne(verifying, { records, verbs: before.verbs }, { delivery, where: `deliveries[${at}]` });
}

interface RestsOn extends Pick<VerifiedBefore, 'verbs'> {
  /** By their digest. */
  readonly records: ReadonlyMap<string, ReadReport>;
}

async function verifyOne(verifying: Verifying, before: RestsOn, one: OneDelivery): Promise<void> {
  const { delivery, where } = one;
  const sent = await verifySent(verifying, one);
  const signed = await verifySigned(verifying, one, sent);
  const named = signed ? { ...signed, frame: signed.delivery } : sent;
  if (named === undefined) return;
  const isRecall = isRecallFrame(named.frame, named.records);
  const found = isRecall ? NOTHING : await leftBy(verifying, before, { ...one, named });
  await claimPlaces(verifying, { delivery, where, named, ...found });
  if (signed === undefined) return;
  await claimOutcomes(verifying, { delivery, where, signed, ...found });
  await claimAnswers(verifying, before.verbs, { signed, where });
}

async function verifySent(
  { pack, directory, now, claims }: Verifying,
  { delivery: { recipient, statement }, where }: OneDelivery,
): Promise<VerifiedDelivery | undefined> {
  if (statement === null) return undefined;
  const says = (sent: VerifiedDelivery | undefined): string =>
    `the hub delivered to ${recipient}${sent === undefined ? '' : ` at ${sent.issuedAt.toISOString()}`}`;
  return claims.check({ claim: 'delivery', where: `${where}.statement`, says }, async () =>
    requireOriginator(pack.originator, await verifyDelivery(statement, { directory, recipient, now })),
  );
}

async function verifySigned(
  { pack, directory, now, claims }: Verifying,
  { delivery: { recipient, receipt }, where }: OneDelivery,
  sent: VerifiedDelivery | undefined,
): Promise<VerifiedReceipt | undefined> {
  if (receipt === null) {
    const says = `${recipient} signed a receipt`;
    claims.unproved({ claim: 'receipt', where, says, detail: 'the pack has none: it is awaited' });
    return undefined;
  }
  const says = (one: VerifiedReceipt | undefined): string =>
    `${recipient} signed a receipt${one === undefined ? '' : ` at ${one.issuedAt.toISOString()} by ${one.key.kid}`}`;
  return claims.check({ claim: 'receipt', where: `${where}.receipt`, says }, async () => {
    const one = await verifyReceipt(receipt, { directory, recipient, now });
    requireOriginator(pack.originator, one);
    if (sent !== undefined) requireSame(sent, one);
    return one;
  });
}

/** Requires a statement to be about notices of the originator of its file. Throws `issuer-mismatch`. */
export function requireOriginator<T extends { readonly originator: string }>(originator: string, one: T): T {
  if (one.originator === originator) return one;
  throw fail('issuer-mismatch', 'about notices of another originator');
}

function requireSame(sent: VerifiedDelivery, signed: VerifiedReceipt): void {
  const isSame =
    sent.frame === signed.delivery &&
    sent.root === signed.root &&
    sent.size === signed.size &&
    sent.records.join() === signed.records.join();
  if (!isSame) throw fail('delivery-differs', 'a receipt answers another delivery than the hub signed');
}

const NOTHING = { left: [], isWhole: true } as const;

/** Returns what the records of a delivery leave to its recipient; `isWhole` is false if the pack lacks one of them. */
async function leftBy(
  { claims }: Verifying,
  { records }: RestsOn,
  { named, delivery: { recipient, places }, where }: OneDelivery & { readonly named: DeliveryName },
): Promise<LeftByRecords> {
  const found = named.records.flatMap((one) => records.get(one) ?? []);
  const own = found.filter(({ frame }) => frame === named.frame);
  const isInOrder = own.every(({ reason }, at) => reason === (at === 0 ? 'routing' : 'narrowing'));
  const says = `the delivery to ${recipient} rests on the records of the pack`;
  const isSound = found.length > 0 && isInOrder && (places.length === 0 || own.length > 0);
  if (!isSound)
    await claims.check({ claim: 'delivery', where, says }, () => {
      throw fail('digest-mismatch', 'it names other records, or in another order');
    });
  const left = isSound ? sharesLeft(own.map(({ ownOf }) => ownOf(recipient))) : [];
  return { left, isWhole: found.length === named.records.length };
}
