import type { Clock } from './clock.js';

/** A clock that is an hour wrong is lived with (docs/limits.md). */
const JUMP_MS = 3_600_000;

/** How long a clock that ran ahead must stand by it. */
export const CLOCK_REST_MS = 600_000;

interface Steadiness {
  /** How long a clock that is ahead must stand by it, in milliseconds. */
  readonly restMs: number;
  /** What time it was when somebody else last said it, in milliseconds since 1970; a clock that is not ahead of it is right. */
  readonly heard?: () => number | undefined;
  /** Milliseconds that passed since some moment, whatever the clock says. */
  readonly passed?: () => number;
}

/**
 * Whether a clock may be erased by, asked again and again: not before it has stood for `restMs` by what is more than an hour
 * ahead of the time that passed, since the start or since it was `heard`. One that was wrong for a moment would erase for good.
 */
export function createSteadiness(
  clock: Clock,
  { restMs, heard = () => undefined, passed = () => performance.now() }: Steadiness,
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
