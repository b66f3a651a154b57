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
  const offset = (): number => clock().getTime() - passed();
  let believed = offset();
  let doubted: { readonly offset: number; readonly since: number } | undefined;
  return () => {
    const now = offset();
    if (now - believed <= JUMP_MS) {
      [believed, doubted] = [now, undefined];
      return true;
    }
    if (doubted === undefined || now - doubted.offset > JUMP_MS) doubted = { offset: now, since: passed() };
    if (passed() - doubted.since < restMs) return false;
    [believed, doubted] = [now, undefined];
    return true;
  };
}
