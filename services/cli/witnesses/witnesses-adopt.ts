import { existsSync } from 'node:fs';
import { rfc3339 } from '../../shared/kernel/clock.js';
import { fail } from '../../shared/kernel/errors.js';
import type { Directory } from '../../shared/trust/directory.js';
import { witnessApprovals } from '../../shared/trust/directory/witness-list.js';
import { newestDirectory, signHomeDirectory } from '../init/home-directory.js';
import { askRoot } from '../root/ask-root.js';
import { type RootRequestOptions, withRootRequest, writeRootRequest } from '../root/write-root-request.js';
import { EXIT } from '../terminal/exit-codes.js';
import { lockDirectory } from '../up/lock.js';
import type { Verb } from '../verb.js';
import { requireProvable } from './require-provable.js';
import { listText, readProposal, type WitnessProposal } from './witness-proposal.js';

export const verb: Verb<RootRequestOptions> = {
  configure: (command) =>
    withRootRequest(command).argument('<files...>', 'the proposal, or copies of it with different approvals'),
  examples: [
    [
      'witnesses adopt witnesses.json',
      'signs the version of the directory that lists them, if enough of the present witnesses approved',
    ],
  ],
  run: async ({ args, options, home, output }) => {
    const lock = lockDirectory(home);
    try {
      const now = new Date();
      const say = output.note;
      const before = await newestDirectory(home, say);
      const proposed = { ...mergedList(args, before), since: rfc3339(now) };
      requireProvable(before, proposed.members, now);
      const { by, needed, voters, faults, sound } = await witnessApprovals(proposed, before);
      for (const fault of faults) say(fault);
      if (by.length < needed)
        throw fail(
          'not-approved',
          `${needed} of ${voters.length} witnesses must approve it, and ${by.length} did: ${by.join(' ') || 'none'}`,
        );
      const witnesses = { ...proposed, approvals: sound };
      if (!existsSync(home.rootKey)) {
        const text = await askRoot(home, { witnesses, now, say });
        return writeRootRequest(home, text, { ...options, output });
      }
      const { version } = await signHomeDirectory(home, { witnesses, now, say });
      const { number, members } = witnesses;
      output.show(
        { number, members, approvedBy: by, version },
        () => `${listText(witnesses)}, by version ${version} of the directory`,
      );
      return EXIT.yes;
    } finally {
      lock.release();
    }
  },
};

/** Returns the list of a proposal with the approvals of all its copies. Throws `usage` for other lists, and as `readProposal` does. */
function mergedList(paths: readonly string[], { federation, witnesses }: Directory): WitnessProposal['list'] {
  const proposals = paths.map(readProposal);
  const [first] = proposals;
  if (first === undefined) throw fail('usage', 'no proposal is given');
  const number = (witnesses?.number ?? 0) + 1;
  const text = listText(first.list);
  const other = proposals.findIndex((each) => each.federation !== federation || listText(each.list) !== text);
  if (other !== -1) throw fail('usage', `\`${paths[other]}\` is about another list, or another federation`);
  if (first.list.number !== number)
    throw fail('usage', `it is list ${first.list.number}, and the next one is ${number}: propose it again`);
  return { ...first.list, approvals: proposals.flatMap(({ list }) => list.approvals) };
}
