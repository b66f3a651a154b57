import { fail } from '../../shared/kernel/errors.js';
import { askText } from '../terminal/ask-text.js';
import type { Output } from '../terminal/output.js';
import { areWords } from './spoken-words.js';

interface ConfirmWordsParams {
  readonly words: string;
  /** The words that a person read out, as `--words` gives them. */
  readonly given: string | undefined;
  /** `--yes` was given: nothing is compared. */
  readonly yes: boolean;
  /** Who reads the words out, such as ``a person at `europol` ``. */
  readonly reader: string;
  readonly output: Output;
  readonly stopping: AbortSignal;
}

/** How many times a person may type the words. */
const TRIES = 3;

/**
 * Compares the words of a file with those that its maker reads out: `given`, or without it typed at the terminal. The caller shows
 * the words of the file only afterwards: an operator who saw them before could copy them instead of comparing. Resolves to false for
 * an empty answer. Throws `digest-mismatch` for other words, and `usage` where there is no terminal.
 */
export async function confirmWords({
  words,
  given,
  yes,
  reader,
  ...asking
}: ConfirmWordsParams): Promise<boolean> {
  if (given === undefined && yes) return true;
  if (given !== undefined) {
    if (areWords(given, words)) return true;
    throw differ();
  }
  const question = `type the eight words that ${reader} reads out (nothing to stop):`;
  const instead = '`--words` with the words that were read out, or `--yes` to compare none';
  for (let left = TRIES; left > 0; left -= 1) {
    const typed = await askText({ ...asking, question, instead });
    if (typed === '') return false;
    if (areWords(typed, words)) return true;
    if (left > 1) asking.output.note('these are not the words of this file: let them be read out again');
  }
  throw differ();
}

const differ = (): Error =>
  fail('digest-mismatch', 'the words differ: this file is not the one that the other side made');
