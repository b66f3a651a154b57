import type { PublishOutcome } from '../../shared/bus/publish.js';
import { groupBy } from '../../shared/kernel/group-by.js';
import { type OrgId, parseFrameId, parseOrgId } from '../../shared/kernel/ids.js';
import type { OwedForward } from '../../shared/store/router/router-forwards.js';
import { subjects } from '../../shared/wire/subjects.js';
import type { Hub } from '../hub.js';
import { packReceipts } from '../pack-receipts.js';

/** A recorded receipt, with the frame that brought it. */
type Recorded = Pick<OwedForward, 'recipient' | 'via' | 'token'>;

/**
 * Publishes recorded receipts into their originator's IN, one message for each frame that brought some; yields what
 * became of each message.
 */
export async function* publishReceipts<One extends Recorded>(
  hub: Pick<Hub, 'store' | 'signer' | 'clock' | 'directory' | 'publishToInbox'>,
  originator: OrgId,
  receipts: readonly One[],
): AsyncGenerator<{ readonly outcome: PublishOutcome; readonly group: readonly One[] }> {
  const by = { originator, directory: hub.directory() };
  for (const [subject, group] of groupBy(receipts, ({ recipient, via }) =>
    subjects.receipt(parseOrgId(recipient), parseFrameId(via)),
  )) {
    const said = { receipts: group.map(({ token }) => ({ statement: token })), changes: [] };
    const bytes = await packReceipts(hub, said, by);
    yield { outcome: await hub.publishToInbox(originator, { subject, bytes }), group };
  }
}
