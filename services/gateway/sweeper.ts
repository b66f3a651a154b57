import type { Clock } from '../shared/kernel/clock.js';
import { type Code, fail } from '../shared/kernel/errors.js';
import type { GatewayStore } from '../shared/store/gateway-store.js';
import type { Awaited } from '../shared/store/gateway-sweep.js';
import { pause } from '../shared/kernel/pause.js';
import { timeOfHeartbeat } from '../shared/ledger/heartbeat.js';
import { createSteadiness } from '../shared/kernel/steady-clock.js';

interface SweeperDeps {
  readonly store: GatewayStore;
  readonly clock: Clock;
  readonly everyMs: number;
  /** How long a clock that ran ahead must stand by it before anything is erased by it. */
  readonly clockRestMs: number;
  /** What is awaited longer than this after it was submitted is an alarm. */
  readonly receiptAlarmMs: number;
  /** A notice that did not arrive: `expired` when it has ended, `timed-out` when it may still come. */
  readonly onMissing: (code: Code, missing: Awaited) => void;
  /** After each round, when notices may have left the outbox. */
  readonly onSwept: () => Promise<void>;
}

/** One step: erases what has ended, in the file and in its log, tells of what did not arrive, then rests. */
export function createSweeper(deps: SweeperDeps): (signal: AbortSignal) => Promise<void> {
  const { store, clock, everyMs, clockRestMs, receiptAlarmMs, onMissing, onSwept } = deps;
  const isSteady = createSteadiness(clock, { restMs: clockRestMs, heard: () => lastHeard(store) });
  // Each is told once a run of the process: what was due before it began is told again.
  let looked = 0;
  return async (signal) => {
    if (!isSteady()) {
      await pause(everyMs, signal);
      // After a long rest the auditor's next word comes soon.
      if (signal.aborted || isSteady()) return;
      throw fail('not-ready', 'the clock is far ahead: nothing is erased before it has stood by that');
    }
    const now = clock().getTime();
    const { erased, missed } = await store.commit(() => store.sweep(now));
    for (const missing of missed) onMissing('expired', missing);
    const due = now - receiptAlarmMs;
    for (const missing of store.overdue(looked, due)) onMissing('timed-out', missing);
    looked = Math.max(looked, due);
    if (erased > 0) store.checkpoint();
    await onSwept();
    await pause(everyMs, signal);
  };
}

/** When the auditor last said that all is kept; undefined where it was never heard. */
function lastHeard({ facts }: GatewayStore): number | undefined {
  const heartbeat = facts.text('checkpoint');
  return heartbeat === undefined ? undefined : timeOfHeartbeat(heartbeat);
}
