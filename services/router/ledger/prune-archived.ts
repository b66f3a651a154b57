import { type Clock, seconds } from '../../shared/kernel/clock.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import type { ReceivedHeartbeat } from './heartbeat-watch.js';

/** How long the exact bytes of a report are kept after the auditor has them, for a frame that is offered again. */
const RETAIN_MS = 600_000;
/** How long id, number and digest of an ended notice are kept, so that no copy of it is accepted again (docs/architecture.md#rule-5). */
const REMEMBER_S = 30 * 86_400;

/** Interval of the sweep of what ended long ago. */
const SWEEP_EVERY_S = 3_600;

interface PruneParams {
  readonly heartbeat: ReceivedHeartbeat;
  readonly clock: Clock;
  readonly head: number;
}

/**
 * Drops the bytes of records that a heartbeat confirms, and what ended long ago; once for each heartbeat. Counts time by the
 * heartbeat, which is never ahead of the router's clock: one wrong clock alone erases nothing.
 */
export async function pruneArchived(
  store: RouterStore,
  { heartbeat, clock, head }: PruneParams,
): Promise<void> {
  const epoch = store.fact('epoch');
  const noted = `${heartbeat.epoch} ${heartbeat.seq} ${heartbeat.time.getTime()}`;
  if (epoch === undefined || store.fact('noted') === noted) return;
  const now = seconds(heartbeat.time);
  await store.commit(() => {
    store.ledger.keepUntil({ epoch, seq: heartbeat.seq }, clock().getTime() - RETAIN_MS);
    store.setFact('head', String(head));
    store.setFact('noted', noted);
    if (Math.abs(now - Number(store.fact('swept') ?? 0)) < SWEEP_EVERY_S) return;
    store.sweep(now - REMEMBER_S);
    store.setFact('swept', String(now));
  });
}
