import { EXIT } from '../terminal/exit-codes.js';
import { entryOptions } from './command-options.js';
import { findEntry } from './entries.js';
import { showEntry } from './entry-table.js';
import type { Verb } from '../verb.js';

interface ShowOptions {
  readonly org?: string;
}

export const verb: Verb<ShowOptions> = {
  configure: entryOptions,
  examples: [
    ['quarantine show 3f9a27c01b44', 'its record and the commands on it; its bytes stay with the router'],
    ['quarantine show 3f9a27c01b44 --json | jq .commands', 'only the commands, with their person and note'],
  ],
  run: async ({ args: [entry = ''], options: { org }, home, output }) => {
    const shown = await findEntry(home, { entry, org });
    output.show(shown, () => showEntry(shown, output));
    return EXIT.yes;
  },
};
