import { EXIT } from '../terminal/exit-codes.js';
import type { Verb } from '../verb.js';
import { membersText } from './member-table.js';
import { readShownMembers } from './read-members.js';

export const verb: Verb<object> = {
  configure: (command) => command,
  examples: [
    ['org list', 'every member of the directory, and whether its gateway is connected'],
    ['org list --json | jq -r \'select(.state != "member") | .id\'', 'NDJSON, one line for each member'],
  ],
  run: async ({ home, output }) => {
    const shown = await readShownMembers(home, output.note);
    output.show(shown, () => membersText(shown, output));
    return EXIT.yes;
  },
};
