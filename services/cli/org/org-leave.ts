import { fail } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';
import type { Organisation } from '../../shared/trust/directory.js';
import { describeHome } from '../../shared/trust/home-contract.js';
import { findRunning } from '../home/run-file.js';
import { EXIT } from '../terminal/exit-codes.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import type { Verb } from '../verb.js';
import { newestDirectory } from '../init/home-directory.js';
import { changeMember, findListed, parseReason, requireNotLeft } from './change-member.js';
import { closeAccount } from './close-account.js';
import { tellLeaver } from './tell-leaver.js';
import { untilRoutersUse } from './until-routers-use.js';
import { readUndestroyed, undestroyedRows } from './undestroyed.js';

interface LeaveOptions {
  readonly reason: string;
  readonly now?: boolean;
}

export const verb: Verb<LeaveOptions> = {
  configure: (command) =>
    command
      .argument('<id>', 'the id of a member')
      .requiredOption('--reason <text>', 'why, for the log of this hub', parseReason)
      .option('--now', 'end it: the member has left, and its account at the broker is removed'),
  examples: [
    [
      "org leave caricompol --reason 'agreement ended'",
      'it exchanges no notices any more, and still answers withdrawals',
    ],
    ["org leave caricompol --reason 'agreement ended' --now", 'later: removes its account; final'],
  ],
  run: async ({ args: [id = ''], options: { reason, now = false }, home, output }) => {
    if (now && describeHome(home).kind !== 'hub')
      throw fail(
        'usage',
        'the broker of a demonstration has one file for all accounts, from which none can be removed: leave out `--now`',
      );
    const { organisations } = await newestDirectory(home, output.note);
    const undestroyed = await readUndestroyed(home, findListed(organisations.values(), id).id);
    const { member, version, isChanged } = await changeMember(home, {
      id,
      verb: 'leave',
      reason,
      undestroyed,
      endsOf: now ? leftNow : leaving,
      ...(now && { finish: (left) => removeAccount(home, left, output.note) }),
      say: output.note,
    });
    const { leavingAt, leftAt } = member;
    output.show({ id, leavingAt, leftAt, version, already: !isChanged, undestroyed }, () => {
      const said = now
        ? `${id} has left by version ${version} of the directory, and its account is removed`
        : `${id} is about to leave by version ${version} of the directory`;
      const rows = undestroyed === null ? [] : undestroyedRows(undestroyed);
      return [said, ...rows.map((row) => row.join(': '))].join('\n');
    });
    if (undestroyed === null)
      output.note('the hub does not run: who has not signed `destroyed` is not known');
    if (!now)
      output.note(
        `the gateways of the originators take back what it holds; later: ${suggestedCommand(`org leave ${id} --now`)}`,
      );
    return EXIT.yes;
  },
};

/** Tells the gateway of the member that it has left, and then removes its account. */
async function removeAccount(home: Home, { id }: Organisation, say: (words: string) => void): Promise<void> {
  const run = findRunning(home);
  if (run === undefined || !(await tellLeaver(home, id, run)))
    say(
      `the gateway of \`${id}\` did not take this version of the directory: tell its operators that it has left`,
    );
  if (run !== undefined) await untilRoutersUse((await newestDirectory(home)).version, run);
  await closeAccount(home, id, run);
}

function leaving(member: Organisation, now: Date): { readonly leavingAt: Date } | undefined {
  requireNotLeft(member);
  return member.leavingAt === undefined ? { leavingAt: now } : undefined;
}

/** Throws `usage` for a member that is not about to leave. */
function leftNow({ id, leavingAt, leftAt }: Organisation, now: Date): { readonly leftAt: Date } | undefined {
  if (leavingAt !== undefined) return leftAt === undefined ? { leftAt: now } : undefined;
  throw fail(
    'usage',
    `\`${id}\` is not about to leave: first \`${suggestedCommand(`org leave ${id}`)}\` without \`--now\``,
  );
}
