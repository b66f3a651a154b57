import { uptime } from 'node:os';
import type { Clock } from './clock.js';

/** An error of an hour is tolerated (docs/limits.md). */
const JUMP_MS = 3_600_000;

/**
 * How long, in milliseconds, a clock that jumped ahead must run without another jump before it is trusted.
 */
export const CLOCK_REST_MS = 600_000;

/**
 * Returns the milliseconds since the machine started, including time while suspended, unaffected by changes of its clock. A
 * call takes a few microseconds.
 */
function sinceStart(): number {
  return uptime() * 1000;
}

interface Steadiness {
  /**
   * How long a clock that jumped ahead must run without another jump before it is trusted, in milliseconds.
   */
  readonly restMs: number;
  /** The newest time stated by another process, in milliseconds since 1970; a clock not ahead of it is trusted at once. */
  readonly heard?: () => number | undefined;
  /** Monotonic milliseconds, independent of the clock; absent: `sinceStart`. */
  readonly passed?: () => number;
}

/**
 * Returns a function, to be called repeatedly, that returns true once the clock can be trusted for deletion.
 * A clock more than an hour ahead of elapsed time, counted from the start or from the time that `heard`
 * returns, must first run for `restMs` without another jump: otherwise a clock that is wrong for a moment
 * would cause deletions that cannot be undone.
 */
export function createSteadiness(
  clock: Clock,
  { restMs, heard = () => undefined, passed = sinceStart }: Steadiness,
): () => boolean {
  const offset = (): number => clock().getTime() - passed();
  let believed = Math.min(offset(), (heard() ?? Number.POSITIVE_INFINITY) - passed());
  let doubted: { readonly offset: number; readonly since: number } | undefined;
  const isExpected = (now: number): boolean =>
    now - believed <= JUMP_MS || clock().getTime() - (heard() ?? Number.NEGATIVE_INFINITY) <= JUMP_MS;
  return () => {
    const now = offset();
    if (isExpected(now)) {
      [believed, doubted] = [now, undefined];
      return true;
    }
    if (doubted === undefined || now - doubted.offset > JUMP_MS) doubted = { offset: now, since: passed() };
    if (passed() - doubted.since < restMs) return false;
    [believed, doubted] = [now, undefined];
    return true;
  };
}
