import { fail } from '../../shared/kernel/errors.js';
import { askYes } from '../terminal/ask-yes.js';
import type { Output } from '../terminal/output.js';
import { areWords } from './spoken-words.js';

interface ConfirmWordsParams {
  readonly words: string;
  /** The words that a person read out, as `--words` gives them. */
  readonly given: string | undefined;
  readonly yes: boolean;
  readonly question: string;
  readonly output: Output;
  readonly stopping: AbortSignal;
}

/**
 * Compares words with `given`, or without it asks on the terminal whether a person read them out. Resolves to false for the
 * answer no. Throws `digest-mismatch` for other words, and `usage` where there is no terminal.
 */
export async function confirmWords(params: ConfirmWordsParams): Promise<boolean> {
  const { words, given, ...asking } = params;
  if (given === undefined) return askYes(asking);
  if (areWords(given, words)) return true;
  throw fail('digest-mismatch', 'the words differ: this file is not the one that the other side made');
}
