import type { Contradiction, Recheck } from './contradiction.js';

/** A recheck with its duration in milliseconds, without that of the analysis. */
export interface TimedRecheck extends Recheck {
  readonly millis: number;
}

/**
 * Returns the entry `floor` of `policy diff --json` and `policy prove --json` (docs/formats.md#policy-diff).
 */
export function recheckDocument({ seed, notices, decisions, byCedar, millis }: TimedRecheck) {
  return { seed, notices, decisions, byCedar, millis: Math.round(millis) };
}

/** What decides whether an analysis gives a verdict. */
export interface AnalysisState {
  /** The conditions that were not analysed, in words. */
  readonly cut: readonly string[];
  readonly recheck: TimedRecheck;
}

/**
 * Returns whether an analysis gives a verdict. `contradicted` takes precedence, because then no result is
 * reliable.
 */
export function verdictState({ cut, recheck }: AnalysisState): 'given' | 'incomplete' | 'contradicted' {
  if (recheck.contradictions.length > 0) return 'contradicted';
  return cut.length > 0 ? 'incomplete' : 'given';
}

/** Returns what is shown instead of a verdict. */
export function withheldDocument({ cut, recheck }: AnalysisState) {
  const contradictions: readonly Contradiction[] = recheck.contradictions;
  return { complete: cut.length === 0, cut, floor: recheckDocument(recheck), contradictions };
}
