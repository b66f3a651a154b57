import { resolve } from 'node:path';
import { fail } from '../../shared/kernel/errors.js';
import { moreThanHalf, moreThanTwoThirds } from '../../shared/trust/directory/quorum.js';
import type { Directory } from '../../shared/trust/directory.js';
import { witnessVoters } from '../../shared/trust/directory/witness-list.js';
import { MAX_WITNESSES } from '../../shared/trust/directory/witness-schema.js';
import { newestDirectory } from '../init/home-directory.js';
import { findListed } from '../org/change-member.js';
import { EXIT } from '../terminal/exit-codes.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import type { Verb } from '../verb.js';
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
    const needed = voters.length < 2 ? 0 : moreThanTwoThirds(voters.length);
    const number = directory.witnesses?.number ?? 0;
    if (args.length === 0) {
      output.show({ number, members: voters, needed }, () => presentText(number, voters, needed));
      return EXIT.yes;
    }
    const members = [...new Set(args)].toSorted();
    requireProposable(directory, members);
    const list = { number: number + 1, members, approvals: [] };
    const out = resolve(options.out);
    writeProposal(out, { kind: 'witness-proposal', federation: directory.federation, list, voters });
    output.show({ proposal: out, number: list.number, members, needed, voters }, () =>
      [
        `${out}: ${listText(list)}`,
        `an approver of ${needed} of ${voters.join(' ')} must sign it: ${suggestedCommand(`witnesses approve ${options.out} --key ada.jwk`)}`,
      ].join('\n'),
    );
    return EXIT.yes;
  },
};

function presentText(number: number, members: readonly string[], needed: number): string {
  const whose = number === 0 ? 'the first members' : `list ${number}`;
  const who = members.length === 0 ? 'no member' : members.join(' ');
  return `${whose}: ${who}\napprovals of ${needed} of them name others`;
}

/** Throws `usage` for what the gateways could never take, and `organisation-unknown`. */
function requireProposable(directory: Directory, members: readonly string[]): void {
  if (members.length > MAX_WITNESSES)
    throw fail('usage', `${members.length} witnesses: a log has at most ${MAX_WITNESSES}`);
  for (const id of members) {
    const { keys, leftAt } = findListed(directory.organisations.values(), id);
    if (leftAt !== undefined || keys.every(({ use }) => use !== 'witness'))
      throw fail('usage', `\`${id}\` has ${leftAt === undefined ? 'no witness key' : 'left'}`);
  }
  const before = witnessVoters(directory);
  const kept = before.filter((id) => members.includes(id)).length;
  if (before.length > 0 && kept < moreThanHalf(before.length))
    throw fail(
      'usage',
      `${before.length - kept} of ${before.length} witnesses would be replaced: more than half must stay, ` +
        'because they prove the new list to gateways; change it in steps',
    );
  if (directory.witnesses !== undefined && members.join() === before.join())
    throw fail('usage', 'these are the present witnesses');
}
