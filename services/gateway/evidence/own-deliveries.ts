import { type OrgId, parseOrgId } from '../../shared/kernel/ids.js';
import { hashLeaves } from '../../shared/ledger/delivery/delivery-root.js';
import type { EvidenceFrame, FrameReceipt } from '../../shared/store/gateway/answers/evidence-rows.js';
import type { KeptEvidence } from '../../shared/store/gateway/answers/kept-evidence.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { OwnRow } from '../../shared/store/gateway/gateway-own.js';
import { claimsIn } from '../../shared/trust/token-claims.js';
import type { PackDelivery, PackPlace } from '../../shared/verify/pack.js';
import { packPlaceOf } from '../../shared/verify/pack-parts.js';
import { frames } from '../../shared/wire/frames.js';
import { leavesTo, noticesLeft, type PromisedFrom, type PromisingReport } from '../inbound/promises.js';
import { promisedFrom, readStoredReport } from '../inbound/stored-report.js';

type Store = Pick<GatewayStore, 'own' | 'settlement' | 'items' | 'evidence' | 'frames'>;

/** The revisions of an own notice and the frames that it or an action on it was in. */
export interface OwnEvidence {
  readonly id: string;
  readonly revisions: readonly OwnRow[];
  readonly frames: readonly EvidenceFrame[];
}

/**
 * Returns what recipients signed about an own notice and the actions on it, each receipt once. Each recipient whose receipt
 * is awaited has an entry without a receipt. With `recipient`, returns those of this recipient alone.
 */
export function ownDeliveries(store: Store, own: OwnEvidence, recipient?: OrgId): readonly PackDelivery[] {
  const isAsked = ({ org }: { readonly org: string }): boolean =>
    recipient === undefined || org === recipient;
  const found = new Map<string, PackDelivery>();
  const add = (delivery: PackDelivery): void => {
    if (delivery.receipt !== null && !found.has(delivery.receipt)) found.set(delivery.receipt, delivery);
  };
  for (const frame of own.frames) {
    const reader = createPlaceReader(store, own, frame);
    for (const receipt of store.evidence.receiptsOn(frame.number).filter(isAsked)) {
      const places = reader(receipt);
      if (places !== undefined) add(deliveryOf(receipt.org, receipt.jws, { places }));
    }
    for (const disputed of store.evidence.disputesOn(frame.id).filter(isAsked).flatMap(deliveriesIn)) {
      const places = reader(namedIn(disputed));
      if (places !== undefined) add({ ...disputed, places });
    }
  }
  for (const { seq } of store.items.of('', own.id))
    for (const { org, receipt } of store.items.wordsOf(seq).filter(isAsked)) add(deliveryOf(org, receipt));
  return [
    ...found.values(),
    ...awaitedFrom(store, own)
      .filter(isAsked)
      .map(({ org }) => deliveryOf(org, null)),
  ];
}

function deliveryOf(
  org: string,
  receipt: string | null,
  {
    statement = null,
    places = [],
  }: { readonly statement?: string | null; readonly places?: readonly PackPlace[] } = {},
): PackDelivery {
  return { recipient: parseOrgId(org), statement, receipt, places };
}

interface NamedReceipt extends Pick<FrameReceipt, 'org' | 'records'> {
  readonly notices?: FrameReceipt['notices'];
}

/**
 * Creates the function that returns the places of the notice in the delivery of a receipt; undefined for a receipt about
 * other notices. A receipt for another delivery than promised is about the `notices` that its records leave.
 */
function createPlaceReader(
  store: Store,
  { revisions }: OwnEvidence,
  { number, id }: EvidenceFrame,
): (receipt: NamedReceipt) => readonly PackPlace[] | undefined {
  const records = store.settlement.recordsOn(number).map(({ digest, bytes }) => ({ digest, bytes }));
  const reports = new Map<string, PromisingReport>();
  const reportOf = ({ digest, bytes }: (typeof records)[number]): PromisingReport => {
    const report = reports.get(digest) ?? readStoredReport(bytes);
    reports.set(digest, report);
    return report;
  };
  const from: PromisedFrom = promisedFrom(store, store.frames.byId(id)?.notices ?? []);
  return ({ org, records: named, notices }) => {
    const digests = named.split(',');
    const by = records.filter(({ digest }) => digests.includes(digest)).map(reportOf);
    const seqs =
      notices === undefined
        ? noticesLeft(parseOrgId(org), by, from.notices)?.seqs
        : (JSON.parse(notices) as readonly number[]);
    const own = revisions.filter(({ seq }) => seqs?.includes(seq));
    if (own.length === 0) return undefined;
    const found = leavesTo(parseOrgId(org), by, from);
    if (found === undefined) return [];
    const leaves = hashLeaves(found.seed, found.leaves);
    return own.flatMap(({ seq, number: revision }) => {
      const index = found.notices.indexOf(seq);
      const leaf = found.leaves[index];
      if (leaf === undefined) return [];
      return [packPlaceOf({ number: revision, index, disclosed: leaf.disclosed, seed: found.seed, leaves })];
    });
  };
}

/** Returns the receipt for another delivery than promised, with the hub's statement where the recipient sent it along. */
function deliveriesIn({ org, bytes }: KeptEvidence): readonly PackDelivery[] {
  const { receipts } = frames.receipt.decode(bytes);
  return receipts.map(({ statement, delivery = '' }) =>
    deliveryOf(org, statement, { statement: delivery === '' ? null : delivery }),
  );
}

/** The recipient and the records of a receipt that was verified before it was kept. */
function namedIn({ recipient, receipt }: PackDelivery): NamedReceipt {
  const { records } = Object(claimsIn(receipt ?? '')) as { readonly records?: readonly string[] };
  return { org: recipient, records: (records ?? []).join() };
}

/** The recipients whose receipt is awaited, each once. */
function awaitedFrom({ settlement }: Store, { revisions }: OwnEvidence): readonly { readonly org: string }[] {
  const awaited = revisions.flatMap(({ seq }) => settlement.waitingOf(seq).map(({ org }) => org));
  return [...new Set(awaited)].map((org) => ({ org }));
}
