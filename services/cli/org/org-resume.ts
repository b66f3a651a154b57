import { EXIT } from '../terminal/exit-codes.js';
import type { Verb } from '../verb.js';
import { changeMember, parseReason, requireNotLeft } from './change-member.js';

interface ResumeOptions {
  readonly reason: string;
}

export const verb: Verb<ResumeOptions> = {
  configure: (command) =>
    command
      .argument('<id>', 'the id of a member that is suspended or about to leave')
      .requiredOption('--reason <text>', 'why, for the log of this hub', parseReason),
  examples: [
    [
      "org resume europol --reason 'all keys replaced'",
      'it exchanges notices again; it does not get those that were decided meanwhile',
    ],
  ],
  run: async ({ args: [id = ''], options: { reason }, home, output }) => {
    const { version, isChanged } = await changeMember(home, {
      id,
      verb: 'resume',
      reason,
      endsOf: (member) => {
        requireNotLeft(member);
        const isEnding = member.suspendedAt !== undefined || member.leavingAt !== undefined;
        return isEnding ? { suspendedAt: null, leavingAt: null } : undefined;
      },
      say: output.note,
    });
    output.show({ id, version, already: !isChanged }, () =>
      isChanged
        ? `${id} exchanges notices again by version ${version} of the directory`
        : `${id} is not suspended: nothing changed`,
    );
    return EXIT.yes;
  },
};
