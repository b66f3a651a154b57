import { askText, type AskTextParams } from './ask-text.js';

/** How a verb asks before it does something that cannot be taken back. */
export interface AskYesParams extends Omit<AskTextParams, 'instead'> {
  /** `--yes` was given. */
  readonly yes: boolean;
}

/**
 * Asks a question on the terminal. Resolves to true for the answer `y` or `yes`, and without asking if
 * `--yes` was given; to false for any other answer, and after Ctrl-C. Throws `usage` without a terminal.
 */
export async function askYes({ question, yes, ...asking }: AskYesParams): Promise<boolean> {
  if (yes) return true;
  const instead = '`--yes` to continue without a question';
  return /^y(es)?$/i.test(await askText({ ...asking, question: `${question} [y/N]`, instead }));
}
