import { createInterface } from 'node:readline/promises';
import { fail } from '../../shared/kernel/errors.js';
import type { Output } from './output.js';

/** How a verb asks a person at the terminal. */
export interface AskTextParams {
  readonly question: string;
  /** The option that answers without a question, for a call without a terminal. */
  readonly instead: string;
  readonly output: Pick<Output, 'progress'>;
  readonly stopping: AbortSignal;
}

/** Asks a question on the terminal; resolves to the answer, empty after Ctrl-C. Throws `usage` without a terminal. */
export async function askText({ question, instead, output, stopping }: AskTextParams): Promise<string> {
  if (!output.progress || !process.stdin.isTTY)
    throw fail('usage', `there is no terminal to ask on: give ${instead}`);
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await lines.question(`${question} `, { signal: stopping })).trim();
  } catch (error) {
    if (stopping.aborted) return '';
    throw error;
  } finally {
    lines.close();
  }
}
