import type { HeardSource } from '../../shared/store/console/console-store.js';

/** Counts missed events. Status is best effort; publishers number their events, so that a listener notices losses. */
export interface Gaps {
  /** How many events before this one were not heard. */
  missed(event: HeardSource): number;
}

/** Starts with the last number heard of each source, so that events missed while the console was down count too. */
export function createGaps(heard: readonly HeardSource[]): Gaps {
  const last = new Map(heard.map((one) => [one.source, one]));
  return {
    missed: (event) => {
      const before = last.get(event.source);
      const isSameInstance = before?.instance === event.instance;
      // Events before the first heard one of a source are not counted.
      if (before === undefined || !isSameInstance || event.seq > before.seq) last.set(event.source, event);
      if (before === undefined) return 0;
      return Math.max(0, event.seq - (isSameInstance ? before.seq : 0) - 1);
    },
  };
}
