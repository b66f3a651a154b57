import type { Clock } from '../shared/kernel/clock.js';

/** A rate: so many at once, and so many more a second. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** A bucket of tokens for each name. */
export interface Buckets {
  /**
   * Takes `count` tokens; false, and nothing taken, when there are not enough. A full bucket gives more than a burst, and is
   * owed it; one without a burst gives nothing.
   */
  take(name: string, count: number, rate: Rate): boolean;
}

export function createBuckets(clock: Clock): Buckets {
  const levels = new Map<string, { readonly tokens: number; readonly at: number }>();
  return {
    take: (name, count, { burst, perSecond }) => {
      const at = clock().getTime();
      const before = levels.get(name) ?? { tokens: burst, at };
      const tokens = Math.min(burst, before.tokens + (Math.max(0, at - before.at) / 1000) * perSecond);
      const isEnough = burst > 0 && tokens >= Math.min(count, burst);
      levels.set(name, { tokens: isEnough ? tokens - count : tokens, at });
      return isEnough;
    },
  };
}
