import { groupBy } from '../../shared/kernel/group-by.js';
import { type FrameId, type OrgId, parseFrameId, parseOrgId } from '../../shared/kernel/ids.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { frames } from '../../shared/wire/frames.js';
import { subjects } from '../../shared/wire/subjects.js';
import type { Hub } from '../hub.js';

/** A submission, named by its originator and its frame id. */
interface Submitted {
  readonly org: OrgId;
  readonly id: FrameId;
}

/** Gives the recipients whose receipt for a notice of the frame is on the ledger. */
export type AnsweredBy = (notice: { readonly jti: string; readonly digest: string }) => ReadonlySet<string>;

const NONE: ReadonlySet<string> = new Set();

/**
 * Reads which recipients have sent a receipt for the notices of a frame. They have the notices, so nothing is
 * decided, narrowed or sent for them again. Counts only receipts whose bytes are kept, since those are
 * forwarded again in place of a delivery.
 */
export function answeredOn({ deliveries }: RouterStore, { org, id }: Submitted): AnsweredBy {
  const found = new Map<string, Set<string>>();
  for (const { recipient, jti, digest, isForwardable } of deliveries.receiptsByNotice(org, id)) {
    if (!isForwardable) continue;
    const key = `${jti} ${digest}`;
    const recipients = found.get(key);
    if (recipients === undefined) found.set(key, new Set([recipient]));
    else recipients.add(recipient);
  }
  return ({ jti, digest }) => found.get(`${jti} ${digest}`) ?? NONE;
}

/** Forwards the receipts for a frame again: an originator that offers the frame once more may have missed them. */
export async function forwardAgain({ store, publishToInbox }: Hub, { org, id }: Submitted): Promise<void> {
  const receipts = store.deliveries.receiptsOf(org, id).flatMap(({ recipient, via, bytes }) => {
    if (via === null || bytes === null) return [];
    const { statement } = frames.record.decode(bytes);
    if (!statement) return [];
    return [{ subject: subjects.receipt(parseOrgId(recipient), parseFrameId(via)), statement }];
  });
  for (const [subject, group] of groupBy(receipts, ({ subject }) => subject)) {
    const bytes = frames.receiptForward.encode({ receipts: group.map(({ statement }) => statement) });
    await publishToInbox(org, { subject, bytes });
  }
}
