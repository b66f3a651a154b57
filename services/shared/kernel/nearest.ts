import { distance } from 'fastest-levenshtein';

/** Shorter candidates are all near each other: `UK` is one letter from `CK`, and does not mean it. */
const MIN_LENGTH = 3;
/** Longer words are not measured: the time grows with the product of both lengths. */
const MAX_LENGTH = 256;

/**
 * Returns the candidate closest to a misspelt word: the same in another case, or with two neighbours exchanged, else at
 * most two edits away, in long words at most a third of the letters. Undefined if no candidate is that close.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > MAX_LENGTH) return undefined;
  let best: string | undefined;
  let bound = word.length < MIN_LENGTH ? 2 : Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    // A difference in length is a lower bound of the distance; this also avoids measuring a pasted page.
    if (Math.abs(candidate.length - word.length) >= bound) continue;
    const steps = stepsBetween(word, candidate);
    if (steps < bound) [best, bound] = [candidate, steps];
  }
  return best;
}

function stepsBetween(word: string, candidate: string): number {
  if (word.toLowerCase() === candidate.toLowerCase()) return 0.25;
  if (isExchanged(word, candidate)) return 0.5;
  return candidate.length < MIN_LENGTH ? Infinity : distance(word, candidate);
}

/** True when two neighbouring letters are the only difference, each in the other's place. */
function isExchanged(word: string, candidate: string): boolean {
  if (word.length !== candidate.length) return false;
  let at = 0;
  while (at < word.length && word[at] === candidate[at]) at += 1;
  const exchanged = `${word.slice(0, at)}${word[at + 1] ?? ''}${word[at] ?? ''}${word.slice(at + 2)}`;
  return exchanged === candidate;
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
