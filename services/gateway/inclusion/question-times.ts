/** What decides when the hub is asked about a record; times in milliseconds. */
interface QuestionTime {
  /** When the record arrived. */
  readonly at: number;
  readonly now: number;
  readonly owedMs: number;
}

/** Returns how long a record is left to the log and its witnesses before the first question. */
export const firstPause = (owedMs: number): number => owedMs / 20;

/** Returns the least pause between two questions. */
export const leastPause = (owedMs: number): number => owedMs / 12;

/**
 * Returns when a record that is not proved is asked about next. The pause grows with its age, from the least one to ten times the
 * time owed.
 */
export function nextQuestion({ at, now, owedMs }: QuestionTime): number {
  return now + Math.min(Math.max((now - at) / 4, leastPause(owedMs)), longestPause(owedMs));
}

/** Returns the longest pause between two questions. */
export const longestPause = (owedMs: number): number => owedMs * 10;
