import { fail } from '../../shared/kernel/errors.js';
import { isJsonObject } from '../../shared/kernel/json-object.js';
import { type NoticeId, parseNoticeId } from '../../shared/kernel/ids.js';
import { SECTIONS } from '../../shared/notice/kinds.js';
import type { OwedHolder } from '../../shared/store/gateway/gateway-holders.js';
import type { Idempotency, NewOwn, OwnRow } from '../../shared/store/gateway/gateway-own.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { numberAfter } from '../../shared/trust/notice-names.js';
import { setOwnEnd } from './own-end.js';
import { type OwnLife, readLife, requireContent } from './own-life.js';

/** The reason of a restriction that stays in force until a later revision addresses the holder. */
const STANDING = 'by-originator';

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
 * Adds the bars in force to the draft of the next revision, which would lift them otherwise: a holder that is
 * barred from the whole notice becomes an excluded organisation, unless the draft names it as an addressee.
 * Returns a draft of another form unchanged.
 */
export function withBars(draft: unknown, life: OwnLife): unknown {
  if (!isJsonObject(draft) || !isJsonObject(draft['header'])) return draft;
  const { addressees, excluded = [] } = draft['header'];
  if (!Array.isArray(excluded)) return draft;
  const named = Array.isArray(addressees) ? addressees : [];
  const barred = barsOf(life)
    .filter(({ sections }) => sections === undefined)
    .map(({ to }) => to)
    .filter((to) => !named.includes(to) && !excluded.includes(to));
  if (barred.length === 0) return draft;
  return { ...draft, header: { ...draft['header'], excluded: [...excluded, ...barred] } };
}

interface KeepRevisionParams {
  readonly life: OwnLife;
  readonly own: NewOwn;
  readonly idempotency: Idempotency | undefined;
}

/**
 * Stores a revision, the new end of its notice, and the bars of single sections as owed restrictions, because
 * they need a number above the revision. Drops the owed restrictions that follow from earlier reports. Within a
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
  const holders = barsOf(life).filter(({ sections }) => sections !== undefined);
  store.holders.owe({ id: life.id, reason: STANDING, holders });
  store.holders.deriveRestrictions(life.id);
  return row;
}

/**
 * Returns the bars with the reason `by-originator` that are newer than the newest revision and that no later
 * action lifted.
 */
function barsOf({ items, registers }: OwnLife): readonly OwedHolder[] {
  const standing = new Set(
    items.filter(({ fields }) => fields.reason === STANDING).map(({ number }) => number),
  );
  return Object.entries(registers.access).flatMap(([to, { whole, sections }]): readonly OwedHolder[] => {
    if (whole !== null && standing.has(whole.number)) return [{ to }];
    const names = SECTIONS.filter((name) => {
      const bar = sections[name]?.restrict;
      return bar !== undefined && bar !== null && standing.has(bar.number);
    });
    return names.length === 0 ? [] : [{ to, sections: names }];
  });
}
