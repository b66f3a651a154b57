import { fail } from '../../shared/kernel/errors.js';
import { type NoticeId, parseNoticeId } from '../../shared/kernel/ids.js';
import { signAction } from '../../shared/ledger/action.js';
import { ENDING_VERBS } from '../../shared/notice/action-verbs.js';
import { LASTING_REASON } from '../../shared/notice/lasting-bars.js';
import type { ItemRow, NewItem } from '../../shared/store/gateway/gateway-items.js';
import type { Idempotency } from '../../shared/store/gateway/gateway-own.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { digest } from '../../shared/trust/digest.js';
import { numberAfter } from '../../shared/trust/notice-names.js';
import type { Signing } from '../signing.js';
import { federationOf, type Identity, memberIds } from '../identity.js';
import { packItem } from '../outbound/packed-item.js';
import type { ActionOrder } from './action-order.js';
import { judgeOrder, type JudgedOrder } from './judge-order.js';
import { setOwnEnd } from './own-end.js';
import { type OwnLife, readLife } from './own-life.js';
import { sealedSection } from './sealed-section.js';

/** How an action is ordered. */
export interface Ordered {
  readonly idempotency?: Idempotency | undefined;
  /** True when the gateway orders the action itself, without a person. */
  readonly derived?: boolean;
  /**
   * True for what follows from a revision, and for a run that a person confirmed as a whole: it does not count
   * towards `maxEndsPerHour`.
   */
  readonly isExempt?: boolean;
  /** The stored item to sign: a held one that a person confirmed, or a refused one that gets a new number. */
  readonly again?: ItemRow;
}

/** Signs actions on own notices. An accepted action is on the disk. */
export interface Actions {
  /**
   * Signs and stores an action, or returns the one that this idempotency key stored before. A withdrawal
   * erases the content of the notice at once. Ends and bars above `maxEndsPerHour` are stored unsigned, as
   * `held`; one without a person is not stored, and throws `rate-limited`. Throws `not-found` for an unknown
   * notice, as `judgeOrder` does, `idempotency-conflict`, and `not-ready` or `signing-clock-ahead` while nothing
   * may be signed.
   */
  order(id: string, order: ActionOrder, ordered?: Ordered): Promise<ItemRow>;
  /**
   * Does the same once: resolves to undefined, with nothing stored, when the notice changed while the action was signed.
   * The change may be a reason not to order it any more.
   */
  orderOnce(id: string, order: ActionOrder, ordered?: Ordered): Promise<ItemRow | undefined>;
}

/** What actions work with; times in milliseconds. */
export interface ActionsDeps {
  readonly identity: Identity;
  readonly store: GatewayStore;
  readonly signing: Signing;
  /** How many ends and bars may be ordered in an hour without a confirmation; 0 for any number. */
  readonly maxEndsPerHour: number;
  readonly extendAheadMs: number;
  /** An item waits to be sent. */
  readonly onQueued: () => void;
  /** The content of a notice was erased. */
  readonly onErased: () => void;
}

const HOUR_MS = 3_600_000;

/** Creates the actions of one gateway. */
export function createActions(deps: ActionsDeps): Actions {
  const { store, signing, onQueued, onErased } = deps;
  const attempt = createAttempt(deps);
  const orderOnce: Actions['orderOnce'] = async (id, order, ordered = {}) => {
    const before = ordered.idempotency && store.items.remembered(ordered.idempotency);
    if (before) return before;
    signing.require(order.verb);
    const row = await attempt(id, order, ordered);
    if (row === undefined) return undefined;
    if (order.verb === 'withdraw' && row.state !== 'held') onErased();
    if (row.state === 'queued') onQueued();
    return row;
  };
  return {
    orderOnce,
    order: async (id, order, ordered) => {
      // Another action or revision may be stored while this one is signed: then it is judged and signed again.
      for (;;) {
        const row = await orderOnce(id, order, ordered);
        if (row !== undefined) return row;
      }
    },
  };
}

/** Creates the function that tries once to store an action; undefined when the notice changed meanwhile. */
function createAttempt(deps: ActionsDeps) {
  const { identity, store, maxEndsPerHour } = deps;
  const isOverLimit = (now: number): boolean =>
    maxEndsPerHour > 0 && store.items.counted(now - HOUR_MS) >= maxEndsPerHour;
  return async (id: string, order: ActionOrder, ordered: Ordered): Promise<ItemRow | undefined> => {
    const life = readLife(store, id);
    if (life === undefined) throw fail('not-found', 'no such notice');
    const now = identity.clock();
    const judged = judgeOrder(order, { ...contextOf(deps, life, now), again: ordered.again?.seq });
    const item = newItem(order, { life, judged, ordered, now, pairs: memberIds(identity).length });
    if (item.counted && ordered.again === undefined && isOverLimit(now.getTime())) {
      if (item.derived)
        throw fail('rate-limited', `${maxEndsPerHour} ends and bars were signed within an hour`);
      return store.commit(() => storeAction(store, { item, ordered, life, judged }, 'held'));
    }
    const signed = await sign(identity, order, { life, judged, now });
    const isSent = store.ends.wasFramed(id);
    return store.commit(() => {
      if (readLife(store, id)?.lastNumber !== life.lastNumber || store.ends.wasFramed(id) !== isSent)
        return undefined;
      const state = order.verb === 'withdraw' && !isSent ? 'settled' : 'queued';
      return storeAction(store, { item: { ...item, signed }, ordered, life, judged }, state);
    });
  };
}

function contextOf({ identity, store, extendAheadMs }: ActionsDeps, life: OwnLife, now: Date) {
  const { id, revisions } = life;
  return {
    life,
    others: memberIds(identity).filter((org) => org !== identity.org),
    holders: store.holders.of(id).map(({ org }) => org),
    asked: (jti: string) => {
      const request = store.asked.find(jti);
      return request?.id === id ? request : undefined;
    },
    openRequest: (to: string, section: string) =>
      store.asked.of(id).find((one) => one.org === to && one.section === section && one.item === null),
    sealed: (to: string, section: string) => {
      const own = revisions.findLast(({ state }) => state === 'routed' || state === 'settled');
      return own && sealedSection(store, { own, to, section });
    },
    now: now.getTime(),
    extendAheadMs,
  };
}

interface NewItemParams {
  readonly life: OwnLife;
  readonly judged: JudgedOrder;
  readonly ordered: Ordered;
  readonly now: Date;
  readonly pairs: number;
}

function newItem({ verb }: ActionOrder, { life, judged, ordered, now, pairs }: NewItemParams): NewItem {
  const isEnding = ENDING_VERBS.has(verb);
  return {
    originator: '',
    id: life.id,
    kind: life.newest.kind,
    verb,
    fields: judged.fields,
    derived: ordered.derived ?? false,
    counted: isEnding && ordered.isExempt !== true,
    first: isEnding || verb === 'extend',
    pairs,
    at: now.getTime(),
  };
}

interface SignParams {
  readonly life: OwnLife;
  readonly judged: JudgedOrder;
  readonly now: Date;
}

async function sign(identity: Identity, { verb }: ActionOrder, { life, judged, now }: SignParams) {
  const { reason, until, expiresAt, review } = judged.fields;
  const number = numberAfter(life.lastNumber, now);
  const id: NoticeId = parseNoticeId(life.id);
  const action = await signAction(
    {
      id,
      number,
      verb,
      ...(reason === undefined ? {} : { reason }),
      ...(until === undefined ? {} : { until }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
      ...(review === undefined ? {} : { review }),
      ...(judged.listed && { listed: judged.listed }),
      ...(judged.disclosures && { disclosures: judged.disclosures }),
    },
    {
      signer: identity.noticeSigner,
      federation: federationOf(identity),
      now,
      members: memberIds(identity).length,
    },
  );
  return { number, digest: digest(action.statement), bytes: packItem({ action }) };
}

interface StoreActionParams {
  readonly item: NewItem;
  readonly ordered: Ordered;
  readonly life: OwnLife;
  readonly judged: JudgedOrder;
}

/** Stores an item with what it changes at this gateway; within a transaction. */
function storeAction(
  store: GatewayStore,
  { item, ordered: { idempotency, again }, life, judged }: StoreActionParams,
  state: 'held' | 'queued' | 'settled',
): ItemRow {
  const before = idempotency && store.items.remembered(idempotency);
  if (before) return before;
  const { signed } = item;
  const row =
    again === undefined || signed === undefined || state === 'held'
      ? store.items.insert(item, state)
      : store.items.signed(again.seq, { ...item, signed }, state);
  if (idempotency) store.items.remember(idempotency, row.seq, item.at);
  if (state === 'held') return row;
  if (judged.answers) store.asked.answer(judged.answers.jti, row.seq);
  if (item.fields.expiresAt !== undefined) setOwnEnd(store, life.id);
  if (item.verb === 'restrict') {
    const { reason = '', meant = [] } = item.fields;
    store.holders.settle({ id: life.id, reason, holders: meant });
  }
  if (item.verb === 'lift') {
    store.holders.settle({ id: life.id, reason: LASTING_REASON, holders: item.fields.meant ?? [] });
  }
  if (item.verb === 'withdraw') {
    store.ends.end(life.id, { ending: 'withdrawn', reason: item.fields.reason ?? null, at: item.at });
  }
  return row;
}
