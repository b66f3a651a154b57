import { fail } from '../../shared/kernel/errors.js';
import { isNote } from '../../shared/ledger/command-content.js';
import { EXIT } from '../exit-codes.js';
import { findEntry } from '../quarantine/entries.js';
import { hintFor, showCommand } from '../quarantine/entry-table.js';
import { sendCommand } from '../quarantine/send-command.js';
import type { Verb } from '../verb.js';

interface DiscardOptions {
  readonly note: string;
  readonly org?: string;
  readonly key?: string;
}

export const verb: Verb<DiscardOptions> = {
  configure: (command) =>
    command
      .argument('<entry>', 'its first hex digits, as `quarantine list` prints them')
      .requiredOption('--note <words>', 'why; stands on the ledger for good, so nothing of a notice in it')
      .option('--org <organisation>', 'where the same bytes came from two')
      .option('--key <file>', "an operator key (default: the home's `hub/operator/operator.jwk`)"),
  examples: [["quarantine discard 3f9a27c01b44 --note 'a test of ours'", 'closes it and erases its bytes']],
  run: async ({ args: [entry = ''], options, home, output, stopping }) => {
    const { note, org, key } = options;
    if (!isNote(note)) throw fail('usage', '`--note` is 1 to 500 characters in one line');
    const found = await findEntry(home, { entry, org });
    const command = await sendCommand({
      home,
      entry: found,
      verb: 'discard',
      note,
      key,
      stopping,
      say: output.note,
    });
    output.show(command, () => showCommand(command, output));
    const hint = hintFor(command, found);
    if (hint !== undefined) output.note(hint);
    return command.outcome === 'discarded' ? EXIT.yes : EXIT.no;
  },
};
