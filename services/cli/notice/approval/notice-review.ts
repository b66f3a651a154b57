import { v7 as uuidv7 } from 'uuid';
import { fail } from '../../../shared/kernel/errors.js';
import { ACTION_REASONS } from '../../../shared/notice/action-verbs.js';
import { readDirectory } from '../../../shared/trust/read-directory.js';
import { signReview } from '../../../shared/trust/signers/break-glass-review.js';
import { readPersonSigner } from '../../../shared/trust/signers/person-signer.js';
import { requireGateways } from '../../home/run-file.js';
import { gatewayClient } from '../../http-client.js';
import { EXIT } from '../../terminal/exit-codes.js';
import { parseNoticeName, parseWord } from '../../terminal/parse-options.js';
import { suggestedCommand } from '../../terminal/suggested-command.js';
import type { Verb } from '../../verb.js';
import { ownId } from '../find/name-of-notice.js';
import { allOwn, type ListedOwn } from './own-list.js';

interface ReviewOptions {
  readonly org: string;
  readonly key: string;
  readonly finding: string;
}

export const verb: Verb<ReviewOptions> = {
  configure: (command) =>
    command
      .argument(
        '<id>',
        'the notice; reviews its newest use of break-glass that owes a review',
        parseNoticeName,
      )
      .requiredOption('--org <organisation>', 'the originator')
      .requiredOption('--key <file>', 'the private key of use `approver` of the person who reviews')
      .requiredOption('--finding <word>', ACTION_REASONS.review.join(', '), parseWord(ACTION_REASONS.review)),
  examples: [
    [
      'notice review 01a21070-bbba-74cf-9b6c-e735c36b95a5 --org europol --key grace.jwk --finding justified',
      'another person than the one who used break-glass signs the finding, for the ledger and the holders',
    ],
  ],
  run: async ({ args: [name = ''], options: { org, key, finding }, home, output }) => {
    const gateway = gatewayClient(home, requireGateways(home), org);
    const id = await ownId(gateway, name);
    const newest = async (which: string): Promise<ListedOwn | undefined> =>
      (await allOwn(gateway, `breakGlass=${which}`)).find((one) => one.id === id);
    const own = (await newest('unreviewed')) ?? (await newest('used'));
    if (own === undefined) throw fail('not-found', 'no revision of this notice used break-glass');
    const signer = await readPersonSigner(key, 'approver');
    const { federation } = await readDirectory(home);
    const signing = { signer, federation, now: new Date() };
    const review = await signReview({ jti: `${id}.${own.number}`, finding }, signing);
    const headers = { 'idempotency-key': uuidv7() };
    const accepted = (await gateway.post(`/v1/notices/${id}/review`, { review }, headers)) as Accepted;
    output.show(accepted, () => `${id}  revision ${own.revision}  ${finding}  ${accepted.state}`);
    output.note(`follow it: ${suggestedCommand(`notice show ${id} --org ${org}`)}`);
    return EXIT.yes;
  },
};

interface Accepted {
  readonly state: string;
}
