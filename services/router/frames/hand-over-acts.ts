import { createHandOutAction } from '../../shared/ledger/action-delivery.js';
import { sharesLeft } from '../../shared/ledger/shares.js';
import { type DeliveredAction, frames } from '../../shared/wire/frames.js';
import { lackedActs, mayLeave } from '../actions/may-leave.js';
import { readKnownAction } from '../actions/registers-of.js';
import type { Hub, Snapshot } from '../hub.js';
import { type DeliveryAddress, packDelivery, publishDelivery, shownTo } from './deliver-or-park.js';
import { proverOf } from './recorded-reports.js';

/**
 * The outcome of handing over recorded actions or a recall from the ledger: `full` when IN did not take the
 * delivery, `held-up` when no delivery can be made at present.
 */
export type HandedOver = 'handed-over' | 'full' | 'held-up';

/**
 * Hands a recipient, from the ledger alone, all actions of one frame that it has not answered and that may leave now: the
 * frame then counts as in IN, so none may be left behind. `held-up` while a record cannot be read, and when the
 * records leave notices too: then only the originator's frame can deliver, because the ledger does not hold
 * the notices.
 */
export async function handOverActs(
  hub: Hub,
  snapshot: Snapshot,
  address: DeliveryAddress,
): Promise<HandedOver> {
  const { recipient, originator, frame } = address;
  const read = await Promise.all(hub.store.shares.recordsOf(originator, frame).map(hub.recordBytes));
  const provers = read.flatMap((bytes) => (bytes === undefined ? [] : [proverOf(bytes)]));
  const records = provers.length < read.length ? [] : shownTo(recipient, provers);
  if (records.length === 0 || sharesLeft(records.map(({ parts }) => parts)).length > 0) return 'held-up';
  const actions = leavingActs(hub, snapshot, address);
  const content = { ...address, records, notices: new Map(), actions, requests: new Map() };
  const bytes = await packDelivery(hub, snapshot.now, content);
  if (bytes === undefined) return 'held-up';
  const place = await publishDelivery(hub, address, { bytes });
  if (place === undefined) return 'full';
  const lacks = lackedActs(hub, address, actions);
  await hub.store.commit(() => hub.store.deliveries.note(address, place, lacks));
  return 'handed-over';
}

/**
 * Returns the actions that the records of a frame hand to a recipient, that it has not answered and that may leave now, by digest;
 * without unseals, as the ledger does not hold disclosures.
 */
export function leavingActs(
  hub: Hub,
  snapshot: Snapshot,
  { recipient, ...frame }: DeliveryAddress,
): ReadonlyMap<string, DeliveredAction> {
  const leaving = hub.store.actions.owedIn(recipient, frame).flatMap((act) => {
    if (!mayLeave(hub, snapshot, { action: readKnownAction(act), recipient })) return [];
    const delivered = createHandOutAction(frames.action.decode(act.bytes))(recipient);
    return delivered === undefined ? [] : [[act.action, delivered] as const];
  });
  return new Map(leaving);
}
