import { fail } from '../../shared/kernel/errors.js';
import { groupBy } from '../../shared/kernel/group-by.js';
import { type Jti, type OrgId, parseJti } from '../../shared/kernel/ids.js';
import type { Answer, DeliveryStatus } from '../../shared/store/router/router-deliveries.js';
import type { KnownNotice } from '../../shared/store/router/router-notices.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import type { Claims } from '../../shared/trust/jws.js';
import { recordedIn } from '../ledger/projection.js';

/** How far a recorded notice came with one recipient. One that is left out was not handed over yet. */
export type PairStatus = 'parked' | 'deferred' | 'delivered' | 'receipted';

interface NoticeStatus {
  readonly jti: Jti;
  readonly recorded: boolean;
  readonly recipients: Readonly<Record<string, PairStatus>>;
}

const MAX = 256;

/** What the router knows of an originator's own notices. Throws `id-invalid`, `schema-invalid`. */
export function answerStatus(
  { jtis }: Claims,
  { org, store }: { readonly org: OrgId; readonly store: RouterStore },
): { readonly type: 'status'; readonly notices: readonly NoticeStatus[] } {
  if (!Array.isArray(jtis) || jtis.length > MAX) throw fail('schema-invalid', `\`jtis\` are at most ${MAX}`);
  const wayOf = waysIn(store, org);
  const statusOf = (jti: Jti): NoticeStatus => {
    const known = store.notices.byJti(org, jti);
    if (known === undefined) return { jti, recorded: false, recipients: {} };
    return { jti, recorded: true, recipients: recipientsOf(known, wayOf(known.frame)) };
  };
  return { type: 'status', notices: jtis.map((jti) => statusOf(parseJti(jti))) };
}

/** How far a frame came with each recipient. */
interface Way {
  readonly handed: ReadonlyMap<string, DeliveryStatus>;
  /** What was receipted of its notices, by their `jti`. */
  readonly receipted: ReadonlyMap<string, readonly Answer[]>;
}

/** Each frame is looked up once: who asks about one notice of it mostly asks about all. */
function waysIn({ deliveries }: RouterStore, org: OrgId): (frame: string) => Way {
  const ways = new Map<string, Way>();
  return (frame) => {
    const way = ways.get(frame) ?? {
      handed: new Map(deliveries.of(org, frame).map(({ recipient, status }) => [recipient, status])),
      receipted: groupBy(deliveries.answersTo(org, frame), ({ jti }) => jti),
    };
    ways.set(frame, way);
    return way;
  };
}

function recipientsOf(known: KnownNotice, { handed, receipted }: Way): NoticeStatus['recipients'] {
  const recipients = recordedIn(known).decisions.flatMap(({ to, outcome }): [string, PairStatus][] => {
    const status = outcome === 'denied' ? undefined : handed.get(to);
    return status === undefined || status === 'recorded' ? [] : [[to, status]];
  });
  const answers = receipted.get(known.jti) ?? [];
  const answered = answers.map(({ recipient }): [string, PairStatus] => [recipient, 'receipted']);
  return Object.fromEntries([...recipients, ...answered]);
}
