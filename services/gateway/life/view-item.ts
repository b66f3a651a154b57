import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { type Members, membershipOf } from '../identity.js';
import type { ItemRow, MeantHolder } from '../../shared/store/gateway/gateway-items.js';

/** The word of one holder about an action. */
interface AnswerView {
  readonly org: string;
  readonly type: string;
  readonly at: string;
  readonly kid: string;
  readonly verified: true;
  readonly code?: string;
  /** Digests of the disclosures held before and after. */
  readonly before: string | null;
  readonly after: string | null;
}

/** Shows an own action or request without the answers to it. */
export function viewItem({ seq, id, number, verb, fields, derived, state, code, at }: ItemRow) {
  const { reason, until, expiresAt, meant, section, purpose } = fields;
  return {
    action: seq,
    id,
    verb,
    ...(number === 0 ? {} : { number }),
    state,
    ...(code === null ? {} : { code }),
    ...(reason === undefined ? {} : { reason }),
    ...(until === undefined ? {} : { until: instant(until * 1000) }),
    ...(expiresAt === undefined ? {} : { expiresAt: instant(expiresAt * 1000) }),
    ...(meant === undefined ? {} : { holders: meant.map(viewMeant) }),
    ...(section === undefined ? {} : { section }),
    ...(purpose === undefined ? {} : { purpose }),
    derived,
    orderedAt: instant(at),
    href: `/v1/notices/${id}`,
  };
}

function viewMeant({ to, sections, section }: MeantHolder) {
  return {
    org: to,
    ...(sections === undefined ? {} : { sections }),
    ...(section === undefined ? {} : { sections: [section] }),
  };
}

/**
 * Shows an own action with the signed answer of each holder, the holders that owe one, each since when, and
 * those that the hub no longer hands it to.
 */
export function viewItemFully(store: Pick<GatewayStore, 'items'>, item: ItemRow, members: Members) {
  const answers = store.items.wordsOf(item.seq).map(
    ({ org, type, code, at, kid, before, after }): AnswerView => ({
      org,
      type,
      at: instant(at),
      kid,
      verified: true,
      ...(code === null ? {} : { code }),
      before,
      after,
    }),
  );
  const owed = store.items.owedFor(item.seq).map(({ org, since }) => ({
    org,
    since: instant(since),
    ...membershipOf(members, org),
  }));
  const narrowed = store.items.narrowedFor(item.seq).map(({ org, at }) => ({ org, at: instant(at) }));
  return { ...viewItem(item), answers, owed, ...(narrowed.length === 0 ? {} : { narrowed }) };
}

const instant = (ms: number): string => new Date(ms).toISOString();
