import { EXIT } from '../terminal/exit-codes.js';
import type { Verb } from '../verb.js';
import { findListed } from './change-member.js';
import { readMemberLog } from './member-log.js';
import { shownMemberText } from './member-table.js';
import { readUndestroyed } from './undestroyed.js';
import { readShownMembers } from './read-members.js';

export const verb: Verb<object> = {
  configure: (command) => command.argument('<id>', 'the id of a member'),
  examples: [['org show europol', 'its dates, contract, keys, last contact and adopted policies']],
  run: async ({ args: [id = ''], home, output }) => {
    const { members } = await readShownMembers(home, output.note);
    const listed = findListed(members, id);
    // Left out while the auditor does not answer, like all that only the running hub knows.
    const undestroyed = await readUndestroyed(home, id).catch(() => null);
    const member = { ...listed, undestroyed, log: readMemberLog(home, id) };
    output.show(member, () => shownMemberText(member, output));
    return EXIT.yes;
  },
};
