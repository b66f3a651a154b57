import type { Clock } from '../shared/kernel/clock.js';
import type { LiaisonError } from '../shared/kernel/errors.js';
import { createSteadiness } from '../shared/kernel/steady-clock.js';
import type { Alarms } from '../shared/runtime/alarms.js';
import { SKEW_S } from '../shared/trust/jws.js';
import { isClockDependent, mayPass } from '../shared/trust/may-pass.js';

/** What a gateway may conclude from its own clock, which may be wrong for a moment or for good. */
export interface ClockWatch {
  /** The hub signed something at this time, and the signature was verified now. */
  heard(signedAt: Date): void;
  /**
   * True for a failure of a received message that may pass (`mayPass`). A failure that a clock ahead of the hub's would cause is
   * final only while the newest time that the hub signed agrees with the clock.
   */
  mayPass(error: LiaisonError): boolean;
  /** True once the clock may decide what is erased. Raises `clock-ahead` when told that erasing waits, and ends it. */
  isSteady(): boolean;
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

/** How long messages wait for the hub's time before that is an alarm: at a start the first heartbeat may be late. */
const PATIENCE_MS = 60_000;

/** Creates the watch of one gateway, which has not heard of the hub's time yet. */
export function createClockWatch(deps: ClockWatchDeps): ClockWatch {
  const { clock, restMs, lastHeartbeat: heard, passed: given } = deps;
  const isSteady = createSteadiness(clock, { restMs, heard, ...(given && { passed: given }) });
  // Stops while the machine is suspended: then only the next heartbeat confirms the clock.
  const passed = given ?? (() => performance.now());
  const alarm = createClockAlarm(deps.alarms);
  /** The hub's clock when `passed` was 0, at the least: what it signed may have been under way for long. */
  let origin = Number.NEGATIVE_INFINITY;
  let waitsSince: number | undefined;
  const isConfirmed = (): boolean => clock().getTime() <= origin + passed() + SKEW_S * 1000;
  return {
    heard: (signedAt) => {
      origin = Math.max(origin, signedAt.getTime() - passed());
      if (!isConfirmed()) return;
      waitsSince = undefined;
      alarm('judging', false);
    },
    mayPass: (error) => {
      if (!isClockDependent(error.code) || isConfirmed()) return mayPass(error, 'gateway-frame');
      waitsSince ??= passed();
      if (passed() - waitsSince >= PATIENCE_MS) alarm('judging', true);
      return true;
    },
    isSteady,
    erasingWaits: (isWaiting) => alarm('erasing', isWaiting),
  };
}

/** Raises `clock-ahead` when the first kind of work waits for the clock, and ends it when none does. */
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
