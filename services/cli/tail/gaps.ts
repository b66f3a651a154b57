/** Events that were published and not heard, or are kept no longer. */
export interface TailGap {
  /** How many, where that is known and this viewer's to know. */
  readonly missed?: number;
  readonly source?: string;
  readonly heard?: string;
  /** What was asked for reaches further back than what is kept: to `heard`. */
  readonly older?: boolean;
}

/** Status is best effort: each source counts its events, so that a listener sees what it did not hear. */
export interface GapCounter {
  /** How many events of this source were not heard since the last. */
  readonly missed: (event: { readonly source?: string; readonly seq?: number }) => number;
}

export function createGapCounter(): GapCounter {
  const last = new Map<string, number>();
  return {
    missed: ({ source, seq }) => {
      if (source === undefined || seq === undefined) return 0;
      const before = last.get(source);
      last.set(source, seq);
      // A lower number is a publisher that started again, and began at 1.
      return before === undefined || seq <= before ? 0 : seq - before - 1;
    },
  };
}
