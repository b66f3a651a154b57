import { type Code, fail } from '../shared/kernel/errors.js';
import { pause } from '../shared/kernel/pause.js';
import { createSteadiness } from '../shared/kernel/steady-clock.js';
import { timeOfHeartbeat } from '../shared/ledger/heartbeat.js';
import type { Alarms } from '../shared/runtime/alarms.js';
import type { GatewayStore } from '../shared/store/gateway/gateway-store.js';
import type { Awaited } from '../shared/store/gateway/gateway-sweep.js';
import type { Identity } from './identity.js';
import type { LoopStep } from './loop.js';
import type { GatewayMetrics } from './metrics.js';

interface SweeperDeps {
  readonly identity: Pick<Identity, 'clock'>;
  readonly store: GatewayStore;
  readonly alarms: Alarms;
  /** Counts a missing notice: `expired` when it has ended, `timed-out` when it may still arrive. */
  readonly metrics: Pick<GatewayMetrics, 'missing'>;
  readonly sweepMs: number;
  /** How long a clock that jumped ahead must run steadily before it is trusted to decide what is erased. */
  readonly clockRestMs: number;
  /** How long after its submission an awaited receipt raises an alarm. */
  readonly receiptAlarmMs: number;
  /** Held notices ended. */
  readonly onEnded: () => void;
  /** Runs after each sweep, when notices may have left the outbox. */
  readonly onSwept: () => Promise<void>;
}

/**
 * Creates the sweep step: erases what has ended from the database and its write-ahead log, raises alarms for what did not
 * arrive, then rests for `sweepMs`.
 */
export function createSweeper(deps: SweeperDeps): LoopStep {
  const { identity, store, sweepMs, onEnded, onSwept } = deps;
  const requireSteadyClock = createClockCheck(deps);
  const reportOverdue = createOverdueReport(deps);
  return async (signal) => {
    await requireSteadyClock(signal);
    const now = identity.clock().getTime();
    const { erased, ended, missed } = await store.commit(() => store.sweep(now));
    for (const missing of missed) reportMissing(deps, 'expired', missing);
    reportOverdue(now);
    if (erased > 0) store.checkpoint();
    if (ended > 0) onEnded();
    await onSwept();
    await pause(sweepMs, signal);
  };
}

/** Throws `not-ready`, after a pause, while the clock cannot be trusted for deletion. */
function createClockCheck({ store, identity, alarms, clockRestMs, sweepMs }: SweeperDeps) {
  const { clock } = identity;
  const isSteady = createSteadiness(clock, { restMs: clockRestMs, heard: () => lastHeartbeat(store) });
  let isReported = false;
  return async (signal: AbortSignal): Promise<void> => {
    if (!isSteady()) {
      await pause(sweepMs, signal);
      // A gateway that was suspended for hours receives a heartbeat of the auditor within seconds.
      if (!isSteady()) {
        if (!isReported && !signal.aborted) alarms.raise('clock-ahead', {});
        isReported = true;
        throw fail(
          'not-ready',
          'the clock is far ahead: nothing is erased until it has run steadily for long enough',
        );
      }
    }
    isReported = false;
    alarms.end('clock-ahead');
  };
}

/** The time of the auditor's last heartbeat; undefined before the first. */
function lastHeartbeat({ facts }: GatewayStore): number | undefined {
  const heartbeat = facts.text('checkpoint');
  return heartbeat === undefined ? undefined : timeOfHeartbeat(heartbeat);
}

/**
 * Reports each overdue receipt once while the process runs; the first sweep reports again what was overdue
 * before the start.
 */
function createOverdueReport(deps: SweeperDeps): (now: number) => void {
  const { store, alarms, receiptAlarmMs } = deps;
  let reportedUpTo = 0;
  return (now) => {
    const due = now - receiptAlarmMs;
    for (const missing of store.overdue(reportedUpTo, due)) reportMissing(deps, 'timed-out', missing);
    reportedUpTo = Math.max(reportedUpTo, due);
    const { oldestQueued, oldestAwaited } = store.counts();
    if (Math.min(oldestQueued ?? now, oldestAwaited ?? now) > due) alarms.end('receipt-overdue');
  };
}

function reportMissing({ alarms, metrics }: SweeperDeps, code: Code, { id, revision, org }: Awaited): void {
  metrics.missing(code);
  const alarm = code === 'expired' ? 'notice-unreceipted' : 'receipt-overdue';
  alarms.raise(alarm, { code }, { jti: `${id}.${revision}`, recipient: org });
}
