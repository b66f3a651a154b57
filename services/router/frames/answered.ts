import { groupBy } from '../../shared/kernel/group-by.js';
import { type FrameId, type OrgId, parseFrameId, parseOrgId } from '../../shared/kernel/ids.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { frames } from '../../shared/wire/frames.js';
import { subjects } from '../../shared/wire/subjects.js';
import type { Hub } from '../hub.js';

/** A submission, by its originator and its id. */
interface Submitted {
  readonly org: OrgId;
  readonly id: FrameId;
}

/** Who answered for a notice of a frame. */
export type AnsweredBy = (notice: { readonly jti: string; readonly digest: string }) => ReadonlySet<string>;

const NOBODY: ReadonlySet<string> = new Set();

/**
 * Whose signed receipt is on the ledger has it: nothing is decided, narrowed or sent for them again. Counts only
 * receipts that can be forwarded again in place of a delivery.
 */
export function answeredOn({ deliveries }: RouterStore, { org, id }: Submitted): AnsweredBy {
  const found = new Map<string, Set<string>>();
  for (const { recipient, jti, digest, isForwardable } of deliveries.answersTo(org, id)) {
    if (!isForwardable) continue;
    const key = `${jti} ${digest}`;
    const recipients = found.get(key);
    if (recipients === undefined) found.set(key, new Set([recipient]));
    else recipients.add(recipient);
  }
  return ({ jti, digest }) => found.get(`${jti} ${digest}`) ?? NOBODY;
}

/** Whoever sends a frame again may lack what was answered: lost on the way, or its IN was full. */
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
