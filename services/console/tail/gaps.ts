import type { HeardSource } from '../../shared/store/console/console-store.js';

/** Status is best effort: each publisher numbers its events, so that a listener sees what it did not hear. */
export interface Gaps {
  /** How many events before this one were not heard. */
  missed(event: HeardSource): number;
}

/** Begins with how far each source was heard before, so that what the console slept through is a gap as well. */
export function createGaps(heard: readonly HeardSource[]): Gaps {
  const last = new Map(heard.map((one) => [one.source, one]));
  return {
    missed: (event) => {
      const before = last.get(event.source);
      const sameLife = before?.instance === event.instance;
      // Nothing is known of what a source said before it was heard for the first time.
      if (before === undefined || !sameLife || event.seq > before.seq) last.set(event.source, event);
      if (before === undefined) return 0;
      return Math.max(0, event.seq - (sameLife ? before.seq : 0) - 1);
    },
  };
}
