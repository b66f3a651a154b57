import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import type { Call } from '../verb.js';
import type { CommandOptions } from './command-options.js';
import { findEntry } from './entries.js';
import { hintFor, showCommand } from './entry-table.js';
import { type SendCommandParams, sendCommand } from './send-command.js';

const SUCCESSFUL_OUTCOMES = ['routed', 'would-route', 'discarded'];

/** Finds the entry, sends the command, and shows its outcome. Returns the exit code 1 for a refused command. */
export async function runCommand(
  { args: [entry = ''], options: { org, key }, home, output, stopping }: Call<CommandOptions>,
  order: Pick<SendCommandParams, 'verb' | 'note'>,
): Promise<ExitCode> {
  const found = await findEntry(home, { entry, org });
  const command = await sendCommand({ home, entry: found, key, stopping, say: output.note, ...order });
  output.show(command, () => showCommand(command, output));
  const hint = hintFor(command, found);
  if (hint !== undefined) output.note(hint);
  return SUCCESSFUL_OUTCOMES.includes(command.outcome) ? EXIT.yes : EXIT.no;
}
