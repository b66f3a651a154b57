import { resolve } from 'node:path';
import { fail } from '../../shared/kernel/errors.js';
import { neededApprovals, witnessVoters } from '../../shared/trust/directory/witness-list.js';
import { newestDirectory } from '../init/home-directory.js';
import { EXIT } from '../terminal/exit-codes.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import type { Verb } from '../verb.js';
import { requireProvable } from './require-provable.js';
import { listText, writeProposal } from './witness-proposal.js';

interface ProposeOptions {
  readonly out: string;
}

export const verb: Verb<ProposeOptions> = {
  configure: (command) =>
    command
      .argument('[members...]', 'ids of all members that are to witness the log; none: show the present ones')
      .option('--out <file>', 'where to write the proposal', 'witnesses.json'),
  examples: [
    ['witnesses propose', 'the present witnesses, and how many must approve others'],
    [
      'witnesses propose afripol ameripol europol interpol',
      'writes witnesses.json, which approvers of the present witnesses sign',
    ],
  ],
  run: async ({ args, options, home, output }) => {
    const directory = await newestDirectory(home, output.note);
    const voters = witnessVoters(directory);
    const needed = neededApprovals(voters);
    const number = directory.witnesses?.number ?? 0;
    if (args.length === 0) {
      output.show({ number, members: voters, needed }, () => presentText(number, voters, needed));
      return EXIT.yes;
    }
    const members = [...new Set(args)].toSorted();
    requireProvable(directory, members, new Date());
    if (directory.witnesses !== undefined && members.join() === voters.join())
      throw fail('usage', 'these are the present witnesses');
    const list = { number: number + 1, members, approvals: [] };
    const out = resolve(options.out);
    writeProposal(out, { kind: 'witness-proposal', federation: directory.federation, list, voters });
    output.show({ proposal: out, number: list.number, members, needed, voters }, () =>
      [
        `${out}: ${listText(list)}`,
        `approvers of ${needed} of these ${voters.length} members must sign it: ${voters.join(' ')}`,
        `each with: ${suggestedCommand(`witnesses approve ${options.out} --key ada.jwk`)}`,
      ].join('\n'),
    );
    return EXIT.yes;
  },
};

function presentText(number: number, members: readonly string[], needed: number): string {
  const whose = number === 0 ? 'the first members' : `list ${number}`;
  const who = members.length === 0 ? 'no member' : members.join(' ');
  return `${whose}: ${who}\n${needed} of them must approve other witnesses`;
}
