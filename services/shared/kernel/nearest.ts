import { distance } from 'fastest-levenshtein';

/**
 * Returns the candidate closest to a misspelt word: at most two edits away, in long words at most a third of the letters.
 * Undefined if no candidate is that close.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bound = word.length < 3 ? 2 : Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    // A difference in length is a lower bound of the distance; this also avoids measuring a pasted page.
    if (Math.abs(candidate.length - word.length) >= bound) continue;
    const steps = distance(word, candidate);
    if (steps < bound) [best, bound] = [candidate, steps];
  }
  return best;
}

/** Returns `, did you mean …` to end a message with, or an empty string if no candidate is close. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const meant = nearest(word, candidates);
  return meant === undefined ? '' : `, did you mean \`${meant}\``;
}

/** As `didYouMean`, for a short list: if no candidate is close, all of them are listed. */
export function nearestOrAll(word: string, candidates: readonly string[]): string {
  return didYouMean(word, candidates) || `: there are ${candidates.join(', ')}`;
}
