import { type OrgId, parseFrameId, parseOrgId } from '../../shared/kernel/ids.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import type { Claims } from '../../shared/trust/jws.js';
import type { PairStatus } from './answer-status.js';

/** The delivery of one own frame to one recipient. */
interface DeliveryAnswer {
  readonly type: 'delivery';
  /** False if the ledger does not have the frame. */
  readonly recorded: boolean;
  /** Null for a recipient that gets nothing of the frame, and while this router has not noted a delivery. */
  readonly status: PairStatus | null;
}

/**
 * Answers how far one of the originator's own frames has got with one recipient. A frame of another
 * organisation gets the same answer as one that does not exist. Throws `id-invalid`.
 */
export function answerDelivery(
  { frame, recipient }: Claims,
  { org, store }: { readonly org: OrgId; readonly store: Pick<RouterStore, 'deliveries' | 'ledger'> },
): DeliveryAnswer {
  const delivery = { originator: org, frame: parseFrameId(frame), recipient: parseOrgId(recipient) };
  const recorded = store.ledger.reportedAt(org, delivery.frame) !== undefined;
  if (!recorded) return { type: 'delivery', recorded, status: null };
  const isAnswered = store.deliveries.answeredBy(org, delivery.frame).includes(delivery.recipient);
  const noted = store.deliveries.statusOf(delivery);
  const status = isAnswered ? 'receipted' : noted === undefined || noted === 'recorded' ? null : noted;
  return { type: 'delivery', recorded, status };
}
