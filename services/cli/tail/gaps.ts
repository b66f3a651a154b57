/** Events that were published and not received, or are no longer kept. */
export interface TailGap {
  /** The number of events, where it is known and this viewer may know it. */
  readonly missed?: number;
  readonly source?: string;
  readonly heard?: string;
  /** True when events were requested from before `heard`, the time of the oldest kept one. */
  readonly older?: boolean;
}

/** Detects missed status events, which are best effort, by the sequence numbers of each source. */
export interface GapCounter {
  /** Returns the number of events of this source that were missed since the previous one. */
  readonly missed: (event: { readonly source?: string; readonly seq?: number }) => number;
}

/** Creates a counter without a previous event. */
export function createGapCounter(): GapCounter {
  const last = new Map<string, number>();
  return {
    missed: ({ source, seq }) => {
      if (source === undefined || seq === undefined) return 0;
      const before = last.get(source);
      last.set(source, seq);
      // A lower number means that the source restarted, and began at 1.
      return before === undefined || seq <= before ? 0 : seq - before - 1;
    },
  };
}
