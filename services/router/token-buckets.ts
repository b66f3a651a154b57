import type { Clock } from '../shared/kernel/clock.js';

/** A rate: `burst` tokens at once, and `perSecond` more each second. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** One token bucket for each name. */
export interface Buckets {
  /**
   * Takes `count` tokens; returns false and takes none when there are too few. A full bucket also gives a `count` above its
   * burst and goes into debt; a bucket with a burst of 0 gives nothing.
   */
  take(name: string, count: number, rate: Rate): boolean;
}

/** Creates buckets that start full. */
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
