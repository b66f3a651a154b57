import type { Clock } from './clock.js';

/** A clock that is an hour wrong is lived with (docs/limits.md). */
const JUMP_MS = 3_600_000;

/** How long a clock that ran ahead must stand by it. */
export const CLOCK_REST_MS = 600_000;

/**
 * Whether a clock may be erased by, asked again and again: not while it is less than `restMs` ago that it ran ahead of the
 * time that passed by more than an hour. A clock that was wrong for a moment would erase for good.
 */
export function createSteadiness(
  clock: Clock,
  restMs: number,
  passed: () => number = () => performance.now(),
): () => boolean {
  let last = { said: clock().getTime(), at: passed() };
  let restingUntil = -Infinity;
  return () => {
    const now = { said: clock().getTime(), at: passed() };
    const ahead = now.said - last.said - (now.at - last.at);
    last = now;
    if (ahead > JUMP_MS) restingUntil = now.at + restMs;
    else if (ahead < -JUMP_MS) restingUntil = -Infinity;
    return now.at >= restingUntil;
  };
}
