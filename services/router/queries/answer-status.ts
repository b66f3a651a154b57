import { fail } from '../../shared/kernel/errors.js';
import { groupBy } from '../../shared/kernel/group-by.js';
import { type Jti, type OrgId, parseJti } from '../../shared/kernel/ids.js';
import type { StoredReceipt, DeliveryStatus } from '../../shared/store/router/router-deliveries.js';
import type { KnownNotice } from '../../shared/store/router/router-notices.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import type { Claims } from '../../shared/trust/jws.js';
import { recordedIn } from '../ledger/projection.js';

/** How far a recorded notice has got with one recipient; a recipient with no delivery yet is absent. */
export type PairStatus = Exclude<DeliveryStatus, 'recorded'> | 'receipted';

interface NoticeStatus {
  readonly jti: Jti;
  readonly recorded: boolean;
  readonly recipients: Readonly<Record<string, PairStatus>>;
}

const MAX_JTIS = 256;

/**
 * Answers how far an originator's own notices have got, in the order of `jtis`. Throws `id-invalid`,
 * `schema-invalid`.
 */
export function answerStatus(
  { jtis }: Claims,
  { org, store }: { readonly org: OrgId; readonly store: RouterStore },
): { readonly type: 'status'; readonly notices: readonly NoticeStatus[] } {
  if (!Array.isArray(jtis) || jtis.length > MAX_JTIS)
    throw fail('schema-invalid', `\`jtis\` has at most ${MAX_JTIS} entries`);
  const deliveryOf = deliveriesIn(store, org);
  const statusOf = (jti: Jti): NoticeStatus => {
    const known = store.notices.byJti(org, jti);
    if (known === undefined) return { jti, recorded: false, recipients: {} };
    return { jti, recorded: true, recipients: recipientsOf(known, deliveryOf(known.frame)) };
  };
  return { type: 'status', notices: jtis.map((jti) => statusOf(parseJti(jti))) };
}

/** How far a frame has got with each recipient. */
interface FrameDelivery {
  readonly statuses: ReadonlyMap<string, DeliveryStatus>;
  /** Receipts for its notices, by `jti`. */
  readonly receipted: ReadonlyMap<string, readonly StoredReceipt[]>;
}

/** Looks each frame up once: a query usually names all notices of a frame. */
function deliveriesIn({ deliveries }: RouterStore, org: OrgId): (frame: string) => FrameDelivery {
  const found = new Map<string, FrameDelivery>();
  return (frame) => {
    const delivery = found.get(frame) ?? {
      statuses: new Map(deliveries.of(org, frame).map(({ recipient, status }) => [recipient, status])),
      receipted: groupBy(deliveries.receiptsByNotice(org, frame), ({ jti }) => jti),
    };
    found.set(frame, delivery);
    return delivery;
  };
}

function recipientsOf(
  known: KnownNotice,
  { statuses, receipted }: FrameDelivery,
): NoticeStatus['recipients'] {
  const recipients = recordedIn(known).decisions.flatMap(({ to, outcome }): [string, PairStatus][] => {
    const status = outcome === 'denied' ? undefined : statuses.get(to);
    return status === undefined || status === 'recorded' ? [] : [[to, status]];
  });
  const answers = receipted.get(known.jti) ?? [];
  const answered = answers.map(({ recipient }): [string, PairStatus] => [recipient, 'receipted']);
  return Object.fromEntries([...recipients, ...answered]);
}
