import type { Clock } from '../shared/kernel/clock.js';
import type { GatewayStore } from '../shared/store/gateway-store.js';
import { pause } from './loop.js';

interface SweeperDeps {
  readonly store: GatewayStore;
  readonly clock: Clock;
  readonly everyMs: number;
  /** After each round, when notices may have left the outbox. */
  readonly onSwept: () => void;
}

/** One step: erases what has ended, in the file and in its log, then rests. */
export function createSweeper({ store, clock, everyMs, onSwept }: SweeperDeps) {
  return async (signal: AbortSignal): Promise<void> => {
    const { erased } = await store.commit(() => store.sweep(clock().getTime()));
    if (erased > 0) store.checkpoint();
    onSwept();
    await pause(everyMs, signal);
  };
}
