import type { RecordProver } from '../../shared/ledger/delivery/record-proof.js';
import type { DecisionPart, NoticePart, ReportPart } from '../../shared/ledger/record-parts.js';
import type { DeliveryAddress } from '../frames/deliver-or-park.js';
import { disclosuresOf, type NoticeDisclosedOf } from '../frames/disclosures-of.js';
import { recordParts } from '../frames/record.js';
import { reportName } from '../frames/recorded-reports.js';
import { sendReports } from '../frames/report.js';
import type { Hub, Snapshot } from '../hub.js';

/** A recorded delivery that became narrower, with what its decisions rest on. */
interface NarrowedDelivery extends DeliveryAddress {
  readonly snapshot: Snapshot;
  /** The originator's last ledger sequence, read before anything else. */
  readonly position: number;
}

/** A notice of a recorded delivery, with the decision that is narrower than the recorded one. */
export interface NarrowedNotice {
  readonly part: NoticePart;
  readonly decision: DecisionPart;
  /** Absent for a notice of which nothing is left. */
  readonly disclosedOf?: NoticeDisclosedOf;
}

interface Narrowing {
  readonly narrower: readonly NarrowedNotice[];
  /** Digests of the actions that no longer go to the recipient. */
  readonly unacts: readonly string[];
}

/**
 * Records what of a delivery became narrower, and reports it to the originator, whose outbox then awaits no receipt for what is
 * denied. Returns the prover of the record. Throws as `recordParts` does.
 */
export async function recordNarrowing(
  hub: Hub,
  { originator, recipient, frame, snapshot, position }: NarrowedDelivery,
  { narrower, unacts }: Narrowing,
): Promise<RecordProver> {
  const parts = [
    ...narrower.flatMap(({ part, decision }): ReportPart[] => [part, decision]),
    ...unacts.map((digest): ReportPart => ({ type: 'unact', to: recipient, digest })),
  ];
  const disclosedOf = disclosuresOf(
    narrower.flatMap(({ part, disclosedOf: ofPart }) => (ofPart ? [{ part, disclosedOf: ofPart }] : [])),
  );
  const about = { snapshot, position, frame: { org: originator, id: frame }, submission: null };
  const { bytes, prove } = await recordParts(hub, about, { reason: 'narrowing', parts, disclosedOf });
  await sendReports(hub, originator, [{ id: reportName(bytes), bytes }]);
  for (const { part, decision } of narrower) {
    if (decision.outcome !== 'denied') continue;
    const kind = part.attributes.kind;
    hub.events.emit('denied', { originator, recipient, frame, kind, jti: part.jti, outcome: 'denied' });
  }
  return prove;
}
