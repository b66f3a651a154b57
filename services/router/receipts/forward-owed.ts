import { isStored } from '../../shared/bus/publish.js';
import { groupBy } from '../../shared/kernel/group-by.js';
import { type OrgId, parseFrameId, parseOrgId } from '../../shared/kernel/ids.js';
import { MAX_RECEIPTS } from '../../shared/wire/frame-limits.js';
import { subjects } from '../../shared/wire/subjects.js';
import type { Hub } from '../hub.js';
import { packReceipts } from '../pack-receipts.js';

/**
 * Forwards to an originator the next answers to recalls that this router owes it; a later round continues. Other receipts
 * are forwarded again when the originator offers their frame again, but no frame of the originator brings a recall. Only
 * `stored` proves that an answer was forwarded: after `duplicate` the message in IN may lack it.
 */
export async function forwardOwed(hub: Hub, originator: OrgId): Promise<void> {
  const owed = hub.store.forwards.owedTo(originator, MAX_RECEIPTS);
  const by = { originator, directory: hub.directory() };
  for (const [subject, group] of groupBy(owed, ({ recipient, via }) =>
    subjects.receipt(parseOrgId(recipient), parseFrameId(via)),
  )) {
    const receipts = group.map(({ token }) => ({ statement: token }));
    const bytes = await packReceipts(hub, { receipts, changes: [] }, by);
    const outcome = await hub.publishToInbox(originator, { subject, bytes });
    if (!isStored(outcome)) return;
    if (outcome === 'stored') await hub.store.commit(() => group.forEach(hub.store.forwards.forwarded));
  }
}
