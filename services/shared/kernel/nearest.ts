import { distance } from 'fastest-levenshtein';

/** The candidate that was probably meant, or undefined when none is near: two edits, in long words a third of the letters. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bound = word.length < 3 ? 2 : Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    // Each letter more or less is a step: whoever pastes a page for a word does not have it measured.
    if (Math.abs(candidate.length - word.length) >= bound) continue;
    const steps = distance(word, candidate);
    if (steps < bound) [best, bound] = [candidate, steps];
  }
  return best;
}

/** `, did you mean …` for the end of a message, or nothing. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const meant = nearest(word, candidates);
  return meant === undefined ? '' : `, did you mean \`${meant}\``;
}

/** The same for a short list, which is told whole where nothing in it is near. */
export function nearestOrAll(word: string, candidates: readonly string[]): string {
  return didYouMean(word, candidates) || `: there are ${candidates.join(', ')}`;
}
