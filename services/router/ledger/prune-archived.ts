import { type Clock, seconds } from '../../shared/kernel/clock.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import type { ReceivedHeartbeat } from './heartbeat-watch.js';

/** How long the exact bytes of a report are kept after the auditor has them, for a frame that is offered again. */
const RETAIN_MS = 600_000;
/** How long id, number and digest of an ended notice are kept, so that no copy of it is accepted again (docs/architecture.md#rule-5). */
const REMEMBER_S = 30 * 86_400;

/** True when the sweep forgets what ended at this time, in seconds since 1970. */
export const isForgotten = (end: number, now: Date): boolean => end < seconds(now) - REMEMBER_S;

/** Interval of the sweep of what ended long ago. */
const SWEEP_EVERY_S = 3_600;
/** Maximum rows of each table in one transaction of a sweep. */
const SWEEP_ROWS = 100;
/** Maximum milliseconds of one sweep call; the next call continues. */
const SWEEP_MS = 20;

interface PruneParams {
  readonly heartbeat: ReceivedHeartbeat;
  readonly clock: Clock;
  readonly head: number;
}

/**
 * Drops the bytes of records that a heartbeat confirms, once for each heartbeat, and what ended long ago. Counts time by the
 * heartbeat, which is never ahead of the router's clock: one wrong clock alone erases nothing.
 */
export async function pruneArchived(store: RouterStore, params: PruneParams): Promise<void> {
  const { heartbeat, clock, head } = params;
  const epoch = store.fact('epoch');
  if (epoch === undefined) return;
  const noted = `${heartbeat.epoch} ${heartbeat.seq} ${heartbeat.time.getTime()}`;
  if (store.fact('noted') !== noted) {
    const isRebuilt = store.fact('rebuilt') === epoch;
    await store.commit(() => {
      store.ledger.keepUntil({ epoch, seq: heartbeat.seq }, clock().getTime() - RETAIN_MS);
      store.setFact('head', String(head));
      // All records in the auditor's file are applied: a later rebuild starts after them.
      if (head >= heartbeat.seq && isRebuilt) store.setFact('auditor', String(heartbeat.count));
      store.setFact('noted', noted);
    });
  }
  await sweepIfDue(store, seconds(heartbeat.time));
}

/** Sweeps in small transactions, so that neither frames nor the gate check are delayed. */
async function sweepIfDue(store: RouterStore, now: number): Promise<void> {
  if (Math.abs(now - Number(store.fact('swept') ?? 0)) < SWEEP_EVERY_S) return;
  const until = performance.now() + SWEEP_MS;
  do {
    const count = await store.commit(() => sweepPortion(store, now));
    if (count === 0) return store.commit(() => store.setFact('swept', String(now)));
  } while (performance.now() < until);
}

function sweepPortion(store: RouterStore, now: number): number {
  const count = store.sweep(now - REMEMBER_S, SWEEP_ROWS);
  if (count > 0) store.setFact('forgot', String(now));
  return count;
}
