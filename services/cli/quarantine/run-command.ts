import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import type { Call } from '../verb.js';
import type { CommandOptions } from './command-options.js';
import { findEntry } from './entries.js';
import { hintFor, showCommand } from './entry-table.js';
import { type Commanding, sendCommand } from './send-command.js';

const DONE = ['routed', 'would-route', 'discarded'];

/** Finds the entry, sends the command, and shows what became of it. */
export async function runCommand(
  { args: [entry = ''], options: { org, key }, home, output, stopping }: Call<CommandOptions>,
  order: Pick<Commanding, 'verb' | 'note'>,
): Promise<ExitCode> {
  const found = await findEntry(home, { entry, org });
  const command = await sendCommand({ home, entry: found, key, stopping, say: output.note, ...order });
  output.show(command, () => showCommand(command, output));
  const hint = hintFor(command, found);
  if (hint !== undefined) output.note(hint);
  return DONE.includes(command.outcome) ? EXIT.yes : EXIT.no;
}
