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
 * Asks a question on the terminal. Resolves to true for the answer `y` or `yes`, and without asking if
 * `--yes` was given; to false for any other answer, and after Ctrl-C. Throws `usage` without a terminal.
 */
export async function askYes({ question, yes, output, stopping }: AskYesParams): Promise<boolean> {
  if (yes) return true;
  if (!output.progress || !process.stdin.isTTY)
    throw fail('usage', 'there is no terminal to ask on: give `--yes` to continue without a question');
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
