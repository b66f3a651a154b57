import { lifeEndOf } from '../../shared/notice/registers.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { type OwnLife, readLife, registersBy } from './own-life.js';

/**
 * Sets when the content of an own notice is erased here: when it ends at its holders by the hub's records. A revision or an
 * extension without a report yet can make that later but never earlier, because the hub may refuse it. Call within a
 * transaction.
 */
export function setOwnEnd(store: Pick<GatewayStore, 'own' | 'items' | 'ends'>, id: string): void {
  const life = readLife(store, id);
  const end = life && endOf(life, store.ends.wasFramed(id));
  if (end !== undefined) store.own.setEnd(id, Math.floor(end / 1000));
}

/** In milliseconds since 1970; undefined when the hub refused everything. */
function endOf({ revisions, items, registers }: OwnLife, isSent: boolean): number | undefined {
  // No revision was sent, so no recipient holds an earlier one: the registers alone give the end.
  if (!isSent) return lifeEndOf(registers) ?? undefined;
  const isQueued = ({ state }: { readonly state: string }): boolean => state === 'queued';
  const isRecorded = (one: { readonly state: string }): boolean => !isQueued(one);
  const recorded = lifeEndOf(registersBy(revisions.filter(isRecorded), items.filter(isRecorded)));
  const queued = revisions.filter(isQueued).map((one) => lifeEndOf(registersBy([one], [])));
  const extended = items.filter(isQueued).map(({ fields }) => (fields.expiresAt ?? 0) * 1000);
  const ends = [recorded, ...queued, ...extended].filter((end) => end !== null);
  const last = Math.max(0, ...ends);
  return last === 0 ? undefined : last;
}
