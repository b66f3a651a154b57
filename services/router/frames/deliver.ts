import { errorFrom } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { DeliveryStatus } from '../../shared/store/router/router-deliveries.js';
import type { DecidedNotice } from './decide.js';
import { type DeliveryContent, deliverOrPark, packDelivery } from './deliver-or-park.js';
import type { Hub } from '../hub.js';
import type { Recorded } from './record.js';

/** How far each recipient's frame came. */
export type Handed = ReadonlyMap<OrgId, 'delivered' | 'parked' | 'deferred'>;

export interface Handled extends Omit<Recorded, 'type'> {
  readonly type: 'delivered';
  readonly handed: Handed;
}

/** Redact per recipient, sign the statement, `in.delivery.<originator>.<frame>`; a full recipient holds nobody else. */
export async function deliverFrame(hub: Hub, recorded: Recorded): Promise<Handled> {
  const { frame, snapshot, notices, traceparent = '' } = recorded;
  const handed = await Promise.all(
    recipientsOf(notices).map(async (recipient) => {
      const consignment = {
        recipient,
        originator: frame.org,
        frame: frame.id,
        items: itemsFor(recipient, notices),
        traceparent,
      };
      const bytes = await packDelivery(hub, snapshot, consignment);
      return [recipient, await deliverOrPark(hub, consignment, bytes)] as const;
    }),
  );
  noteHanded(hub, frame, handed);
  return { ...recorded, type: 'delivered', handed: new Map(handed) };
}

/** Not awaited: it answers queries, nothing is decided by it, and what is lost of it is offered again. */
function noteHanded(
  { store, events }: Hub,
  { org, id }: Recorded['frame'],
  handed: readonly (readonly [OrgId, DeliveryStatus])[],
): void {
  const note = (): void => {
    for (const [recipient, status] of handed) {
      store.deliveries.note({ originator: org, frame: id, recipient }, status);
    }
  };
  store
    .commit(note)
    .catch((thrown: unknown) =>
      events.alarm('delivery-not-noted', errorFrom(thrown).code, { originator: org }),
    );
}

/** Nobody allowed means nobody; whoever answered has it. */
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
