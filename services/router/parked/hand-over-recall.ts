import { LEDGER_OWNER } from '../../shared/ledger/command-content.js';
import { signDelivery } from '../../shared/ledger/delivery/delivery.js';
import { recallStatement } from '../../shared/ledger/recall.js';
import { contractFor } from '../../shared/trust/directory/hub-contract.js';
import { digestOfHex } from '../../shared/trust/digest.js';
import { frames } from '../../shared/wire/frames.js';
import { subjects } from '../../shared/wire/subjects.js';
import { type DeliveryAddress, publishDelivery } from '../frames/deliver-or-park.js';
import type { HandedOver } from '../frames/hand-over-acts.js';
import type { Hub } from '../hub.js';
import { readRecall } from '../ledger/read-recall.js';

/**
 * Hands a recall to one organisation, as `in.delivery.hub.<digest of its record>`. `command`: digest of the
 * command that carried it out. `held-up` while a record cannot be read.
 */
export async function handOverRecall(
  hub: Hub,
  address: DeliveryAddress,
  command: string,
): Promise<HandedOver> {
  const record = digestOfHex(address.frame);
  const recall = await readRecall(hub, record);
  if (recall === undefined) return 'held-up';
  const by = { signer: hub.signer, now: hub.snapshot().now };
  const statement = await signDelivery(recallStatement(address, { record, command }), by);
  const delivery = { statement, records: [], seed: new Uint8Array(), items: [{ recall }] };
  const bytes = frames.delivery.encode(delivery, contractFor(hub.directory(), address.recipient));
  const subject = subjects.delivery(LEDGER_OWNER, address.frame);
  const place = await publishDelivery(hub, address, { bytes, subject });
  if (place === undefined) return 'full';
  await hub.store.commit(() => hub.store.deliveries.note(address, place));
  return 'handed-over';
}
