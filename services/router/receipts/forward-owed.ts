import { isStored } from '../../shared/bus/publish.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { MAX_RECEIPTS } from '../../shared/wire/frame-limits.js';
import type { Hub } from '../hub.js';
import { createTries, type Waits } from '../tries.js';
import { publishReceipts } from '../frames/publish-receipts.js';

/** The waits for answers whose subject holds a message in IN that the originator has not read. */
const UNREAD: Waits = { first: 5_000, longest: 300_000 };

/**
 * Creates the forwarding of the answers to recalls that one router owes to their originators, in portions: a later call
 * continues. Other receipts are forwarded again when the originator offers their frame again, but no frame of the
 * originator brings a recall. Only `stored` proves that an answer was forwarded: after `duplicate` the message in IN may
 * lack it. Such answers are tried again after a longer wait each time.
 */
export function createForwardOwed(
  hub: Pick<Hub, 'store' | 'signer' | 'clock' | 'directory' | 'publishToInbox'>,
): (originator: OrgId) => Promise<void> {
  const tries = createTries<OrgId>();
  return async (originator) => {
    if (!tries.isDue(originator, UNREAD)) return;
    const owed = hub.store.forwards.owedTo(originator, MAX_RECEIPTS);
    let isUnread = false;
    for await (const { outcome, group } of publishReceipts(hub, originator, owed)) {
      if (!isStored(outcome)) return;
      if (outcome === 'stored') await hub.store.commit(() => group.forEach(hub.store.forwards.forwarded));
      else isUnread = true;
    }
    if (isUnread) tries.note(originator, UNREAD);
    else tries.forget(originator);
  };
}
