import { askForContract } from '../../shared/trust/directory/ask-for-contract.js';
import { CONTRACT } from '../../shared/wire/contract.js';
import { EXIT } from '../terminal/exit-codes.js';
import type { Verb } from '../verb.js';
import { refuseOptions } from './refuse-options.js';
import {
  type ApproverKeyOptions,
  askForKey,
  SITE_USES,
  siteAsking,
  withNextKey,
  writeRequest,
} from './site-asking.js';

interface RequestOptions extends ApproverKeyOptions {
  readonly out: string;
  readonly signedBy?: readonly string[];
}

export const verb: Verb<RequestOptions> = {
  configure: (command) =>
    withNextKey(command)
      .argument('<org>', 'the organisation of this site')
      .argument('<use>', `${SITE_USES.join(', ')}; or contract: the newest that this version speaks`)
      .requiredOption('--out <file>', 'where to write the request'),
  examples: [
    [
      'key request caricompol receipt --out key-request.json',
      'makes the next key, and a request for the hub, where `org keys approve` takes it',
    ],
    [
      'key request caricompol policy --signed-by anna.jwk --out key-request.json',
      'a policy key needs the signature of an approver besides',
    ],
  ],
  run: async ({ args: [owner = '', use = ''], options, home, output }) => {
    const asking = await siteAsking(home, { owner, ...options, output });
    const { person, keyOut } = options;
    if (use === 'contract')
      refuseOptions({ '--person': person, '--key-out': keyOut }, 'for the contract of this site');
    const text = await (use === 'contract'
      ? askForContract(CONTRACT, asking)
      : askForKey(home, use, { ...asking, person, keyOut }));
    writeRequest(output, text, options.out);
    return EXIT.yes;
  },
};
