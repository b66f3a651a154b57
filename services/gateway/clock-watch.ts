import type { Clock } from '../shared/kernel/clock.js';
import type { LiaisonError } from '../shared/kernel/errors.js';
import { timeOfHeartbeat } from '../shared/ledger/heartbeat.js';
import { createSteadiness } from '../shared/kernel/steady-clock.js';
import type { Alarms } from '../shared/runtime/alarms.js';
import type { GatewayStore } from '../shared/store/gateway/gateway-store.js';
import { SKEW_S } from '../shared/trust/jws.js';
import { isClockDependent, mayPass } from '../shared/trust/may-pass.js';

/** Decides what a gateway may conclude from its own clock, which may be wrong for a moment or permanently. */
export interface ClockWatch {
  /** Call with the time in a message that the hub signed, right after its signature was verified. */
  heard(signedAt: Date): void;
  /** Call with the time of a heartbeat of the auditor, right after its signature was verified. */
  heardHeartbeat(signedAt: Date): void;
  /**
   * True when the clock is more than two minutes ahead of the newest time that the hub signed plus the time
   * that has passed since. False until the second heartbeat: the first one after a start may have waited in
   * the stream for long, so it proves nothing.
   */
  isAhead(): boolean;
  /** True when the clock is at most two minutes ahead of that time; false before the first message that the hub signed. */
  isConfirmed(): boolean;
  /**
   * True for an error of a received message that may pass (`mayPass`), so that the message is tried again. An
   * error that a clock ahead of the hub's would cause is final only if the newest time signed by the hub
   * agrees with the clock. The answer about one error object never changes from true to false, so that every
   * caller that handles the error treats it alike.
   */
  mayPass(error: LiaisonError): boolean;
  /** True while the clock can be trusted for erasing (`createSteadiness`). */
  isSteady(): boolean;
  /** Raises `clock-ahead` while erasing waits for a steady clock, and ends the alarm afterwards. */
  erasingWaits(isWaiting: boolean): void;
}

interface ClockWatchDeps {
  readonly clock: Clock;
  readonly alarms: Alarms;
  /** How long a clock that jumped ahead must run without another jump before it is trusted, in milliseconds. */
  readonly restMs: number;
  /** The time of the last heartbeat of the auditor, in milliseconds since 1970; undefined before the first. */
  readonly lastHeartbeat: () => number | undefined;
  /** Monotonic milliseconds, independent of the clock; for tests. */
  readonly passed?: () => number;
}

/** How long messages wait for the hub's time before an alarm, because the first heartbeat after a start may be late. */
const ALARM_AFTER_MS = 60_000;

/** Creates the watch of one gateway; the hub's time is unknown at first. */
export function createClockWatch(deps: ClockWatchDeps): ClockWatch {
  const { clock, restMs, lastHeartbeat: heard, passed: given } = deps;
  const isSteady = createSteadiness(clock, { restMs, heard, ...(given && { passed: given }) });
  // This timer stops while the machine is suspended, so only the next heartbeat confirms the clock afterwards.
  const passed = given ?? (() => performance.now());
  const alarm = createClockAlarm(deps.alarms);
  /** A lower bound of the hub's clock when `passed` was 0: a signed message may have been under way for long. */
  let origin = Number.NEGATIVE_INFINITY;
  let waitsSince: number | undefined;
  const judgedTemporary = new WeakSet<LiaisonError>();
  const isConfirmed = (): boolean => clock().getTime() <= origin + passed() + SKEW_S * 1000;
  const heardAt = (signedAt: Date): void => {
    origin = Math.max(origin, signedAt.getTime() - passed());
    if (!isConfirmed()) return;
    waitsSince = undefined;
    alarm('judging', false);
  };
  let heartbeats = 0;
  return {
    heard: heardAt,
    heardHeartbeat: (signedAt) => {
      heartbeats += 1;
      heardAt(signedAt);
    },
    isConfirmed,
    isAhead: () => heartbeats > 1 && !isConfirmed(),
    mayPass: (error) => {
      if (judgedTemporary.has(error)) return true;
      if (!isClockDependent(error.code) || isConfirmed()) return mayPass(error, 'gateway-frame');
      judgedTemporary.add(error);
      waitsSince ??= passed();
      if (passed() - waitsSince >= ALARM_AFTER_MS) alarm('judging', true);
      return true;
    },
    isSteady,
    erasingWaits: (isWaiting) => alarm('erasing', isWaiting),
  };
}

/** Raises `clock-ahead` when the first kind of work starts to wait for the clock, and clears it when none waits. */
function createClockAlarm(alarms: Alarms) {
  const waiting = new Set<'erasing' | 'judging'>();
  return (work: 'erasing' | 'judging', isWaiting: boolean): void => {
    if (waiting.has(work) === isWaiting) return;
    if (isWaiting) waiting.add(work);
    else waiting.delete(work);
    if (isWaiting && waiting.size === 1) alarms.raise('clock-ahead', {});
    if (waiting.size === 0) alarms.end('clock-ahead');
  };
}

/** Returns the time of the last heartbeat of the auditor that a store has; undefined before the first. */
export function heartbeatTimeIn({ facts }: Pick<GatewayStore, 'facts'>): number | undefined {
  const heartbeat = facts.text('checkpoint');
  return heartbeat === undefined ? undefined : timeOfHeartbeat(heartbeat);
}
