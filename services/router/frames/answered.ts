import { isStored } from '../../shared/bus/publish.js';
import { type FrameId, type OrgId, parseFrameId } from '../../shared/kernel/ids.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import type { Hub } from '../hub.js';
import { publishReceipts } from './publish-receipts.js';

/** Frames of one originator: the one that it sent, and earlier ones with which its notices were recorded. */
interface Submitted {
  readonly org: OrgId;
  readonly ids: readonly FrameId[];
}

/** Gives the recipients whose receipt for a notice of the frame is on the ledger. */
export type AnsweredBy = (notice: { readonly jti: string; readonly digest: string }) => ReadonlySet<string>;

const NONE: ReadonlySet<string> = new Set();

/**
 * Returns the id of a frame and of the other frames with which its notices were recorded: an originator moves a notice into
 * another frame when a notice beside it was erased.
 */
export function framesOf(
  { notices }: RouterStore,
  { org, id }: { readonly org: OrgId; readonly id: FrameId },
  jtis: readonly string[],
): readonly FrameId[] {
  const others = jtis.flatMap((jti) => notices.framesOf(org, jti));
  return [...new Set([id, ...others.map(parseFrameId)])];
}

/**
 * Reads which recipients have sent a receipt for the notices of these frames. A recipient has the notices
 * that it answered: they are decided, narrowed or sent for it again only together with other notices of a
 * frame, which it has not answered. Skips receipts that name an unknown record, because the notices that they
 * answer are not known either.
 */
export function answeredOn({ deliveries }: RouterStore, { org, ids }: Submitted): AnsweredBy {
  const found = new Map<string, Set<string>>();
  const stored = ids.flatMap((id) => deliveries.receiptsByNotice(org, id));
  for (const { recipient, jti, digest } of stored) {
    const key = `${jti} ${digest}`;
    const recipients = found.get(key);
    if (recipients === undefined) found.set(key, new Set([recipient]));
    else recipients.add(recipient);
  }
  return ({ jti, digest }) => found.get(`${jti} ${digest}`) ?? NONE;
}

/** Forwards the receipts for these frames again, because an originator that offers a notice again may have missed them. */
export async function forwardAgain(hub: Hub, { org, ids }: Submitted): Promise<void> {
  const receipts = ids.flatMap((id) => hub.store.deliveries.receiptsOf(org, id));
  for await (const { outcome } of publishReceipts(hub, org, receipts)) if (!isStored(outcome)) return;
}
