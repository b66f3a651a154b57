import { EXIT } from '../terminal/exit-codes.js';
import type { Verb } from '../verb.js';
import { changeMember, parseReason, requireNotLeft } from './change-member.js';

interface SuspendOptions {
  readonly reason: string;
}

export const verb: Verb<SuspendOptions> = {
  configure: (command) =>
    command
      .argument('<id>', 'the id of a member')
      .requiredOption('--reason <text>', 'why, for the log of this hub', parseReason),
  examples: [
    [
      "org suspend europol --reason 'keys stolen, 14 May'",
      'within 5 s no notice is taken from it or reaches it; withdrawals and answers still pass',
    ],
  ],
  run: async ({ args: [id = ''], options: { reason }, home, output }) => {
    const suspended = await changeMember(home, {
      id,
      verb: 'suspend',
      reason,
      endsOf: (member, now) => {
        requireNotLeft(member);
        return member.suspendedAt === undefined ? { suspendedAt: now } : undefined;
      },
      say: output.note,
    });
    const { member, version, isChanged } = suspended;
    const since = member.suspendedAt?.toISOString();
    output.show({ id, suspendedAt: since, version, already: !isChanged }, () =>
      isChanged
        ? `${id} is suspended by version ${version} of the directory; what it holds is still withdrawn`
        : `${id} was already suspended at ${since}: nothing changed`,
    );
    return EXIT.yes;
  },
};
