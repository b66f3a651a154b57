import type { FrameId, OrgId } from '../../shared/kernel/ids.js';
import { createHandOutAction } from '../../shared/ledger/action-delivery.js';
import { sharesLeft } from '../../shared/ledger/shares.js';
import { type DeliveredAction, frames } from '../../shared/wire/frames.js';
import type { Hub } from '../hub.js';
import { packDelivery, publishDelivery, shownTo } from './deliver-or-park.js';
import { proverOf } from './recorded-reports.js';

/** Recorded actions that one frame hands to a recipient; its record has a part `act` of that recipient for each. */
export interface ActsOfFrame {
  readonly originator: OrgId;
  readonly frame: FrameId;
  readonly acts: readonly { readonly action: string; readonly bytes: Uint8Array }[];
}

/**
 * The outcome of handing over recorded actions or a recall from the ledger: `full` when IN did not take the
 * delivery, `held-up` when no delivery can be made at present.
 */
export type HandedOver = 'handed-over' | 'full' | 'held-up';

/**
 * Hands over actions of one frame, from the ledger alone. `held-up` while a record cannot be read, and when the
 * records leave notices too: then only the originator's frame can deliver, because the ledger does not hold
 * the notices.
 */
export async function handOverActs(
  hub: Hub,
  recipient: OrgId,
  { originator, frame, acts }: ActsOfFrame,
): Promise<HandedOver> {
  const read = await Promise.all(hub.store.shares.recordsOf(originator, frame).map(hub.recordBytes));
  const provers = read.flatMap((bytes) => (bytes === undefined ? [] : [proverOf(bytes)]));
  const records = provers.length < read.length ? [] : shownTo(recipient, provers);
  if (records.length === 0 || sharesLeft(records.map(({ parts }) => parts)).length > 0) return 'held-up';
  const actions = new Map(
    acts.flatMap(({ action, bytes }): readonly (readonly [string, DeliveredAction])[] => {
      const delivered = createHandOutAction(frames.action.decode(bytes))(recipient);
      return delivered === undefined ? [] : [[action, delivered]];
    }),
  );
  const address = { recipient, originator, frame };
  const content = { ...address, records, notices: new Map(), actions, requests: new Map() };
  const bytes = await packDelivery(hub, hub.snapshot().now, content);
  if (bytes === undefined) return 'held-up';
  const place = await publishDelivery(hub, address, { bytes });
  if (place === undefined) return 'full';
  await hub.store.commit(() => hub.store.deliveries.note(address, place));
  return 'handed-over';
}
