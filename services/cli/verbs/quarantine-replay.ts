import { EXIT } from '../exit-codes.js';
import { findEntry } from '../quarantine/entries.js';
import { hintFor, showCommand } from '../quarantine/entry-table.js';
import { sendCommand } from '../quarantine/send-command.js';
import type { Verb } from '../verb.js';

interface ReplayOptions {
  readonly dryRun?: boolean;
  readonly org?: string;
  readonly key?: string;
}

export const verb: Verb<ReplayOptions> = {
  configure: (command) =>
    command
      .argument('<entry>', 'its first hex digits, as `quarantine list` prints them')
      .option('--dry-run', 'only say what would come of it')
      .option('--org <organisation>', 'where the same bytes came from two')
      .option('--key <file>', "an operator key (default: the home's `hub/operator/operator.jwk`)"),
  examples: [
    ['quarantine replay 3f9a27c01b44 --dry-run', 'what the recipe would do now: nothing is done'],
    ['quarantine replay 3f9a27c01b44', 'through the whole recipe, past no check'],
  ],
  run: async ({ args: [entry = ''], options, home, output, stopping }) => {
    const { dryRun, org, key } = options;
    const found = await findEntry(home, { entry, org });
    const verb = dryRun === true ? 'dry-run' : 'replay';
    const command = await sendCommand({ home, entry: found, verb, key, stopping, say: output.note });
    output.show(command, () => showCommand(command, output));
    const hint = hintFor(command, found);
    if (hint !== undefined) output.note(hint);
    return ['routed', 'would-route'].includes(command.outcome) ? EXIT.yes : EXIT.no;
  },
};
