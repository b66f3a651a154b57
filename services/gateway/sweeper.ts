import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Code, fail } from '../shared/kernel/errors.js';
import { pause } from '../shared/kernel/pause.js';
import type { Deadlines } from '../shared/notice/deadlines.js';
import { type Kind, KINDS } from '../shared/notice/kinds.js';
import type { Alarms } from '../shared/runtime/alarms.js';
import type { GatewayStore } from '../shared/store/gateway/gateway-store.js';
import type { Awaited, SubmissionPlace } from '../shared/store/gateway/gateway-overdue.js';
import type { ClockWatch } from './clock-watch.js';
import { createEndWarnings } from './holding/warn-of-ends.js';
import type { Identity } from './identity.js';
import { dueByKind } from './life/overdue-duties.js';
import type { LoopStep } from './loop.js';
import type { GatewayMetrics } from './metrics.js';

interface SweeperDeps {
  readonly identity: Pick<Identity, 'clock'>;
  readonly store: GatewayStore;
  readonly alarms: Alarms;
  /**
   * Counts a missing report or receipt: `expired` when its notice has ended, `timed-out` when it may still
   * arrive.
   */
  readonly metrics: Pick<GatewayMetrics, 'missing'>;
  readonly sweepMs: number;
  readonly clockWatch: Pick<ClockWatch, 'isSteady' | 'erasingWaits'>;
  /** How long after the submission of a notice of each kind a missing receipt raises an alarm. */
  readonly deadlines: Deadlines;
  /** Local systems have something new to read: held notices ended, are shown again, or are to be reviewed. */
  readonly onTold: () => void;
  /** Called when own notices need a new frame, because theirs cannot be sent again. */
  readonly onReframed: () => void;
  /** Runs after each sweep, when notices may have left the outbox. */
  readonly onSwept: () => Promise<void>;
}

/**
 * Creates the sweep step: erases what has ended from the database and its write-ahead log, raises alarms for what did not
 * arrive, then rests for `sweepMs`. Works in short steps, so that other work runs in between.
 */
export function createSweeper(deps: SweeperDeps): LoopStep {
  const { identity, store, sweepMs, onSwept } = deps;
  const requireSteadyClock = createClockCheck(deps);
  const reportOverdue = createOverdueReport(deps);
  const warnOfEnds = createEndWarnings({ store, onTold: deps.onTold });
  // A killed process may have left erased content in the write-ahead log.
  let isLogClean = false;
  return async (signal) => {
    await requireSteadyClock(signal);
    const now = identity.clock().getTime();
    if ((await sweepAll(deps, now, signal)) > 0) isLogClean = false;
    // An open reader of the file prevents truncating the log: the next sweep retries.
    if (!isLogClean) isLogClean = await store.checkpoint();
    await warnOfEnds(now, signal);
    await reportOverdue(now, signal);
    await onSwept();
    await pause(sweepMs, signal);
  };
}

/** Sweeps step by step until nothing is left; returns how many notices were erased. */
async function sweepAll(deps: SweeperDeps, now: number, signal: AbortSignal): Promise<number> {
  const { store, onTold, onReframed } = deps;
  let total = 0;
  for (let isMore = true; isMore && !signal.aborted; ) {
    const { erased, told, reframed, missed, more } = await store.commit(() => store.sweep(now));
    for (const missing of missed) reportMissing(deps, 'expired', missing);
    if (told) onTold();
    if (reframed > 0) onReframed();
    total += erased;
    isMore = more;
  }
  return total;
}

/** Throws `not-ready`, after a pause, while the clock cannot be trusted for deletion. */
function createClockCheck({ clockWatch, sweepMs }: SweeperDeps) {
  const { isSteady, erasingWaits } = clockWatch;
  return async (signal: AbortSignal): Promise<void> => {
    if (!isSteady()) {
      await pause(sweepMs, signal);
      // A gateway that was suspended for hours receives a heartbeat of the auditor within seconds.
      if (!isSteady()) {
        if (!signal.aborted) erasingWaits(true);
        throw fail(
          'not-ready',
          'the clock is far ahead: nothing is erased until it has run steadily for long enough',
        );
      }
    }
    erasingWaits(false);
  };
}

/**
 * Reports each overdue receipt once while the process runs; the first sweep reports again what was overdue
 * before the start.
 */
function createOverdueReport(deps: SweeperDeps): (now: number, signal: AbortSignal) => Promise<void> {
  const { store, alarms, deadlines } = deps;
  const reported = new Map<Kind, SubmissionPlace>();
  return async (now, signal) => {
    const due = dueByKind(deadlines.receipt, now);
    for (const kind of KINDS) {
      for (let isMore = true; isMore && !signal.aborted; ) {
        const from = reported.get(kind) ?? { at: 0, seq: 0 };
        const { missing, upTo } = store.overdue(kind, from, due[kind]);
        for (const one of missing) reportMissing(deps, 'timed-out', one);
        isMore = upTo !== undefined;
        if (upTo !== undefined) reported.set(kind, upTo);
        if (isMore) await nextTurn();
      }
      // The next sweep starts after this time, so that it does not read the notices of other kinds again.
      if (!signal.aborted) reported.set(kind, { at: due[kind], seq: Number.MAX_SAFE_INTEGER });
    }
    if (store.owed.receipts(due, { limit: 1 }).length === 0) alarms.end('receipt-overdue');
  };
}

function reportMissing({ alarms, metrics }: SweeperDeps, code: Code, { id, number, org }: Awaited): void {
  metrics.missing(code);
  const alarm = code === 'expired' ? 'notice-unreceipted' : 'receipt-overdue';
  alarms.raise(alarm, { code }, { jti: `${id}.${number}`, recipient: org });
}
