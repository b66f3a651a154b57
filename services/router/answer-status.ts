import { fail } from '../shared/kernel/errors.js';
import { type Jti, type OrgId, parseJti } from '../shared/kernel/ids.js';
import type { RouterStore } from '../shared/store/router-store.js';
import type { Claims } from '../shared/trust/jws.js';
import { recordedIn } from './projection.js';

/** How far a recorded notice came with one recipient. One that is left out was not handed over yet. */
export type PairStatus = 'parked' | 'deferred' | 'delivered' | 'receipted';

interface NoticeStatus {
  readonly jti: Jti;
  readonly recorded: boolean;
  readonly recipients: Readonly<Record<string, PairStatus>>;
}

const MOST = 256;

/** What the router knows of an originator's own notices. Throws `id-invalid`, `schema-invalid`. */
export function answerStatus(
  { jtis }: Claims,
  { org, store }: { readonly org: OrgId; readonly store: RouterStore },
): { readonly type: 'status'; readonly notices: readonly NoticeStatus[] } {
  if (!Array.isArray(jtis) || jtis.length > MOST)
    throw fail('schema-invalid', `\`jtis\` are at most ${MOST}`);
  return { type: 'status', notices: jtis.map((jti) => statusOf(store, org, parseJti(jti))) };
}

function statusOf(store: RouterStore, org: OrgId, jti: Jti): NoticeStatus {
  const known = store.notices.byJti(org, jti);
  if (known === undefined) return { jti, recorded: false, recipients: {} };
  const handed = new Map(
    store.deliveries.of(org, known.frame).map(({ recipient, status }) => [recipient, status]),
  );
  const receipted = store.deliveries
    .receiptsOf(org, known.frame)
    .filter(({ parts }) => (JSON.parse(parts) as readonly { jti: string }[]).some((part) => part.jti === jti))
    .map(({ recipient }) => recipient);
  const recipients = recordedIn(known).decisions.flatMap(({ to, outcome }): [string, PairStatus][] => {
    const status = outcome === 'denied' ? undefined : handed.get(to);
    return status === undefined || status === 'recorded' ? [] : [[to, status]];
  });
  const answered = receipted.map((org): [string, PairStatus] => [org, 'receipted']);
  return { jti, recorded: true, recipients: Object.fromEntries([...recipients, ...answered]) };
}
