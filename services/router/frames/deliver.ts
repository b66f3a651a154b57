import { errorFrom } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { DecidedNotice } from './decide.js';
import {
  type DeliveryContent,
  type DeliveryOutcome,
  type DeliveryPlace,
  deliverOrPark,
  packDelivery,
} from './deliver-or-park.js';
import type { Hub } from '../hub.js';
import type { RecordedFrame } from './record.js';

/** What became of the delivery to each recipient of a frame. */
export type DeliveryOutcomes = ReadonlyMap<OrgId, DeliveryOutcome>;

/** A recorded frame whose deliveries were published. */
export interface DeliveredFrame extends Omit<RecordedFrame, 'type'> {
  readonly type: 'delivered';
  readonly outcomes: DeliveryOutcomes;
}

/**
 * Redacts for each recipient, signs a delivery statement and publishes `in.delivery.<originator>.<frame>`. Recipients are
 * served in parallel: a full or unavailable IN does not delay the others.
 */
export async function deliverFrame(hub: Hub, recorded: RecordedFrame): Promise<DeliveredFrame> {
  const { frame, snapshot, notices, traceparent = '' } = recorded;
  const outcomes = await Promise.all(
    recipientsOf(notices).map(async (recipient) => {
      const address = { recipient, originator: frame.org, frame: frame.id };
      const items = itemsFor(recipient, notices);
      const bytes = await packDelivery(hub, snapshot, { ...address, items, traceparent });
      return [recipient, await deliverOrPark(hub, address, bytes)] as const;
    }),
  );
  notePlaces(hub, frame, outcomes);
  return {
    ...recorded,
    type: 'delivered',
    outcomes: new Map(outcomes.map(([recipient, { status }]) => [recipient, status])),
  };
}

/** Not awaited: the stored status only serves status queries; if it is lost, the frame is offered again. */
function notePlaces(
  { store, events, deferring }: Hub,
  { org, id }: RecordedFrame['frame'],
  places: readonly (readonly [OrgId, DeliveryPlace])[],
): void {
  for (const [recipient, { status }] of places) {
    if (status === 'deferred') deferring.add(recipient);
    else deferring.delete(recipient);
  }
  const note = (): void => {
    for (const [recipient, place] of places) {
      store.deliveries.note({ originator: org, frame: id, recipient }, place);
    }
  };
  store
    .commit(note)
    .catch((thrown: unknown) =>
      events.alarm('delivery-not-noted', errorFrom(thrown).code, { originator: org }),
    );
}

/** Recipients that a decision allows and that have not answered with a receipt. */
function recipientsOf(notices: readonly DecidedNotice[]): readonly OrgId[] {
  const allowed = notices.flatMap(({ decisions, notice, answered }) =>
    notice === undefined
      ? []
      : decisions.filter(({ to, outcome }) => outcome !== 'denied' && !answered.has(to)).map(({ to }) => to),
  );
  return [...new Set(allowed)];
}

function itemsFor(recipient: OrgId, notices: readonly DecidedNotice[]): DeliveryContent['items'] {
  return notices.flatMap(({ notice, decisions, answered }) => {
    const decision = decisions.find(({ to }) => to === recipient);
    if (notice === undefined || decision === undefined || answered.has(recipient)) return [];
    if (decision.outcome === 'denied') return [];
    return [{ notice, decision }];
  });
}
