import { fail } from '../../shared/kernel/errors.js';
import { isJsonObject } from '../../shared/kernel/json-object.js';
import { type NoticeId, parseNoticeId } from '../../shared/kernel/ids.js';
import type { Idempotency, NewOwn, OwnRow } from '../../shared/store/gateway/gateway-own.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { numberAfter } from '../../shared/trust/notice-names.js';
import { setOwnEnd } from './own-end.js';
import { type OwnLife, readLife, requireContent } from './own-life.js';

/** Reads the life of a notice that may be amended. Throws `not-found`, `notice-ended` or `content-lost`. */
export function requireAmendable(store: GatewayStore, id: string): OwnLife {
  const life = readLife(store, id);
  if (life === undefined) throw fail('not-found', 'no such notice');
  if (life.end !== undefined) throw fail('notice-ended', 'the notice has ended');
  requireContent(life);
  return life;
}

/**
 * Returns the id, revision and number of the next revision. The number is above that of every revision and
 * action.
 */
export function nextRevision(
  { id, revisions, lastNumber }: OwnLife,
  now: Date,
): { readonly id: NoticeId; readonly revision: number; readonly number: number } {
  const revision = Math.max(...revisions.map((one) => one.revision)) + 1;
  return { id: parseNoticeId(id), revision, number: numberAfter(lastNumber, now) };
}

/**
 * Excludes in the draft of the next revision the holders that are barred from the whole notice, because the revision may reach the
 * hub before the restriction. A holder that the draft names as an addressee stays barred by the restriction alone. Returns a
 * draft of another form unchanged.
 */
export function withBars(draft: unknown, { bars }: Pick<OwnLife, 'bars'>): unknown {
  if (!isJsonObject(draft) || !isJsonObject(draft['header'])) return draft;
  const { addressees, excluded = [] } = draft['header'];
  if (!Array.isArray(excluded)) return draft;
  const named = Array.isArray(addressees) ? addressees : [];
  const barred = [...bars]
    .filter(([to, { whole }]) => whole && !named.includes(to) && !excluded.includes(to))
    .map(([to]) => to);
  if (barred.length === 0) return draft;
  return { ...draft, header: { ...draft['header'], excluded: [...excluded, ...barred] } };
}

interface KeepRevisionParams {
  readonly life: OwnLife;
  readonly own: NewOwn;
  readonly idempotency: Idempotency | undefined;
}

/**
 * Stores a revision and the new end of its notice, and drops the owed restrictions that follow from earlier reports. Within a
 * transaction. Returns undefined and stores nothing when the life of the notice changed while the revision was signed.
 */
export function keepRevision(
  store: GatewayStore,
  { life, own, idempotency }: KeepRevisionParams,
): OwnRow | undefined {
  const before = idempotency && store.own.remembered(idempotency);
  if (before) return before;
  const now = readLife(store, life.id);
  if (now === undefined || now.end !== undefined || now.lastNumber !== life.lastNumber) return undefined;
  store.own.supersede(life.id);
  const row = store.own.insert(own, idempotency);
  setOwnEnd(store, life.id);
  store.holders.deriveRestrictions(life.id);
  return row;
}
