import { fail } from '../../shared/kernel/errors.js';
import { signWitnessApproval } from '../../shared/trust/directory/witness-list.js';
import { claimedKid } from '../../shared/trust/parse-compact-jws.js';
import { parseKid } from '../../shared/trust/kid.js';
import { readPersonSigner } from '../../shared/trust/signers/person-signer.js';
import { EXIT } from '../terminal/exit-codes.js';
import type { Verb } from '../verb.js';
import { listText, readProposal, writeProposal } from './witness-proposal.js';

interface ApproveOptions {
  readonly key: string;
}

export const verb: Verb<ApproveOptions> = {
  configure: (command) =>
    command
      .argument('<file>', 'the proposal that `witnesses propose` wrote')
      .requiredOption('--key <file>', 'the private key of use `approver` of the person who approves'),
  anyHome: true,
  examples: [
    ['witnesses approve witnesses.json --key ada.jwk', 'prints the witnesses, and signs them for the member'],
  ],
  run: async ({ args: [path = ''], options: { key }, output }) => {
    const proposal = readProposal(path);
    const { federation, list, voters } = proposal;
    const signer = await readPersonSigner(key, 'approver');
    if (!voters.includes(signer.owner))
      throw fail('usage', `\`${signer.kid}\` is not of a present witness: ${voters.join(' ')} approve`);
    const approval = await signWitnessApproval(list, { signer, federation, now: new Date() });
    const others = list.approvals.filter((token) => {
      const owner = claimedOwner(token);
      return owner !== undefined && owner !== signer.owner && voters.includes(owner);
    });
    const approvals = [...others, approval];
    writeProposal(path, { ...proposal, list: { ...list, approvals } });
    const { number, members } = list;
    output.show({ number, members, federation, by: signer.owner, approvals: approvals.length }, () =>
      [
        `${listText(list)}, of federation ${federation}`,
        `approved for ${signer.owner} with ${signer.kid}; approvals in the file: ${approvals.length}`,
      ].join('\n'),
    );
    return EXIT.yes;
  },
};

/** Returns whose key an approval names, unverified; undefined for what is no token. */
function claimedOwner(token: string): string | undefined {
  try {
    return parseKid(claimedKid(token)).owner;
  } catch {
    return undefined;
  }
}
