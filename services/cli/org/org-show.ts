import { fail } from '../../shared/kernel/errors.js';
import { nearestOrAll } from '../../shared/kernel/nearest.js';
import { EXIT } from '../terminal/exit-codes.js';
import type { Verb } from '../verb.js';
import { shownMemberText } from './member-table.js';
import { readShownMembers } from './read-members.js';

export const verb: Verb<object> = {
  configure: (command) => command.argument('<id>', 'the id of a member'),
  examples: [['org show europol', 'its dates, contract, keys, last contact and adopted policies']],
  run: async ({ args: [id = ''], home, output }) => {
    const { members } = await readShownMembers(home, output.note);
    const member = members.find((one) => one.id === id);
    if (member === undefined) {
      const known = members.map((one) => one.id);
      throw fail('organisation-unknown', `\`${id}\` is not a member${nearestOrAll(id, known)}`);
    }
    output.show(member, () => shownMemberText(member, output));
    return EXIT.yes;
  },
};
