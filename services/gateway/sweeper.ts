import { pause } from '../shared/kernel/pause.js';
import type { Clock } from '../shared/kernel/clock.js';
import { type Code, fail } from '../shared/kernel/errors.js';
import { createSteadiness } from '../shared/kernel/steady-clock.js';
import { timeOfHeartbeat } from '../shared/ledger/heartbeat.js';
import type { Alarms } from '../shared/runtime/alarms.js';
import type { GatewayStore } from '../shared/store/gateway/gateway-store.js';
import type { Awaited } from '../shared/store/gateway/gateway-sweep.js';

interface SweeperDeps {
  readonly store: GatewayStore;
  readonly alarms: Alarms;
  readonly clock: Clock;
  readonly sweepMs: number;
  /** How long a clock that ran ahead must stand by it before anything is erased by it. */
  readonly clockRestMs: number;
  /** What is awaited longer than this after it was submitted is an alarm. */
  readonly receiptAlarmMs: number;
  /** Counts a notice that did not arrive: `expired` when it has ended, `timed-out` when it may still come. */
  readonly onMissing: (code: Code) => void;
  /** Held notices ended. */
  readonly onEnded: () => void;
  /** After each round, when notices may have left the outbox. */
  readonly onSwept: () => Promise<void>;
}

/** One step: erases what has ended, in the file and in its log, tells of what did not arrive, then rests. */
export function createSweeper(deps: SweeperDeps): (signal: AbortSignal) => Promise<void> {
  const { store, clock, sweepMs, onEnded, onSwept } = deps;
  const expectClock = createClockTeller(deps);
  const tellOverdue = createOverdueTeller(deps);
  return async (signal) => {
    await expectClock(signal);
    const now = clock().getTime();
    const { erased, ended, missed } = await store.commit(() => store.sweep(now));
    for (const missing of missed) tell(deps, 'expired', missing);
    tellOverdue(now);
    if (erased > 0) store.checkpoint();
    if (ended > 0) onEnded();
    await onSwept();
    await pause(sweepMs, signal);
  };
}

/** Throws `not-ready` after a rest while the clock is not to be erased by. */
function createClockTeller({ store, clock, alarms, clockRestMs, sweepMs }: SweeperDeps) {
  const isSteady = createSteadiness(clock, { restMs: clockRestMs, heard: () => lastHeard(store) });
  let isTold = false;
  return async (signal: AbortSignal): Promise<void> => {
    if (!isSteady()) {
      await pause(sweepMs, signal);
      // A gateway that stood still for hours hears the auditor within seconds.
      if (!isSteady()) {
        if (!isTold && !signal.aborted) alarms.raise('clock-ahead', {});
        isTold = true;
        throw fail('not-ready', 'the clock is far ahead: nothing is erased before it has stood by that');
      }
    }
    isTold = false;
    alarms.end('clock-ahead');
  };
}

/** When the auditor last said that all is kept; undefined where it was never heard. */
function lastHeard({ facts }: GatewayStore): number | undefined {
  const heartbeat = facts.text('checkpoint');
  return heartbeat === undefined ? undefined : timeOfHeartbeat(heartbeat);
}

/** Each is told once a run of the process: what was due before it began is told again. */
function createOverdueTeller(deps: SweeperDeps): (now: number) => void {
  const { store, alarms, receiptAlarmMs } = deps;
  let looked = 0;
  return (now) => {
    const due = now - receiptAlarmMs;
    for (const missing of store.overdue(looked, due)) tell(deps, 'timed-out', missing);
    looked = Math.max(looked, due);
    const { oldestQueued, oldestAwaited } = store.counts();
    if (Math.min(oldestQueued ?? now, oldestAwaited ?? now) > due) alarms.end('receipt-overdue');
  };
}

function tell({ alarms, onMissing }: SweeperDeps, code: Code, { id, revision, org }: Awaited): void {
  onMissing(code);
  const alarm = code === 'expired' ? 'notice-unreceipted' : 'receipt-overdue';
  alarms.raise(alarm, { code }, { jti: `${id}.${revision}`, recipient: org });
}
