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
 * Compares words with those that a person read out, or asks on the terminal whether they are the same. Resolves to false for
 * a no. Throws `digest-mismatch` for other words, and `usage` where nobody can be asked.
 */
export async function confirmWords(params: ConfirmWordsParams): Promise<boolean> {
  const { words, given, ...asking } = params;
  if (given === undefined) return askYes(asking);
  if (areWords(given, words)) return true;
  throw fail('digest-mismatch', 'the words are not the same: this is not what the other side has');
}
