import { fail } from '../../shared/kernel/errors.js';
import { isNote } from '../../shared/ledger/command-content.js';
import { type CommandOptions, commandOptions } from './command-options.js';
import { runCommand } from './run-command.js';
import type { Verb } from '../verb.js';

interface DiscardOptions extends CommandOptions {
  readonly note: string;
}

export const verb: Verb<DiscardOptions> = {
  configure: (command) =>
    commandOptions(
      command.requiredOption(
        '--note <words>',
        'the reason; it stays on the ledger permanently, so it must not quote a notice',
      ),
    ),
  examples: [
    ["quarantine discard 3f9a27c01b44 --note 'our own test'", 'closes the entry and erases its bytes'],
  ],
  run: async (call) => {
    const { note } = call.options;
    if (!isNote(note)) throw fail('usage', '`--note` must be 1 to 500 characters on one line');
    return runCommand(call, { verb: 'discard', note });
  },
};
