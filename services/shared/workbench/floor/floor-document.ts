import type { Contradiction, Floor } from './contradiction.js';

/** A check with the time that it took, which is stated apart from that of the analysis. */
export interface TimedFloor extends Floor {
  readonly millis: number;
}

/** Returns the entry `floor` of `policy diff --json` and `policy prove --json` (docs/formats.md#policy-diff). */
export function floorDocument({ seed, notices, decisions, byCedar, millis }: TimedFloor) {
  return { seed, notices, decisions, byCedar, millis: Math.round(millis) };
}

/** What is known of an analysis before its verdict. */
export interface AnalysisState {
  /** The conditions that were not analysed, in words. */
  readonly cut: readonly string[];
  readonly floor: TimedFloor;
}

/** Returns whether an analysis gives a verdict; `contradicted` comes first, as nothing can be relied on then. */
export function verdictState({ cut, floor }: AnalysisState): 'given' | 'incomplete' | 'contradicted' {
  if (floor.contradictions.length > 0) return 'contradicted';
  return cut.length > 0 ? 'incomplete' : 'given';
}

/** Returns what is shown instead of a verdict. */
export function withheldDocument({ cut, floor }: AnalysisState) {
  const contradictions: readonly Contradiction[] = floor.contradictions;
  return { complete: cut.length === 0, cut, floor: floorDocument(floor), contradictions };
}
