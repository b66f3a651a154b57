import { createInterface } from 'node:readline/promises';
import { fail } from '../../shared/kernel/errors.js';
import type { Output } from './output.js';

/** How a verb asks before it does something that cannot be taken back. */
export interface AskYesParams {
  readonly question: string;
  /** `--yes` was given. */
  readonly yes: boolean;
  readonly output: Pick<Output, 'progress'>;
  readonly stopping: AbortSignal;
}

/**
 * Asks a person on the terminal; resolves to true for `y` or `yes`. With `--yes` nobody is asked. Throws `usage` where there is
 * no terminal to ask on.
 */
export async function askYes({ question, yes, output, stopping }: AskYesParams): Promise<boolean> {
  if (yes) return true;
  if (!output.progress || !process.stdin.isTTY)
    throw fail('usage', 'nobody can be asked here: give `--yes` to go ahead without a question');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await lines.question(`${question} [y/N] `, { signal: stopping });
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    if (stopping.aborted) return false;
    throw error;
  } finally {
    lines.close();
  }
}
