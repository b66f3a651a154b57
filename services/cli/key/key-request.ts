import { fail } from '../../shared/kernel/errors.js';
import { nearestOrAll } from '../../shared/kernel/nearest.js';
import { askForNextKey } from '../../shared/trust/directory/ask-for-keys.js';
import type { KeyUse } from '../../shared/trust/kid.js';
import { MEMBER_USES } from '../org/join-request.js';
import { EXIT } from '../terminal/exit-codes.js';
import type { Verb } from '../verb.js';
import { siteAsking, withApprovers, writeRequest } from './site-asking.js';

interface RequestOptions {
  readonly out: string;
  readonly approver: readonly string[];
}

export const verb: Verb<RequestOptions> = {
  configure: (command) =>
    withApprovers(command)
      .argument('<org>', 'the organisation of this site')
      .argument('<use>', MEMBER_USES.join(', '))
      .requiredOption('--out <file>', 'where to write the request'),
  examples: [
    [
      'key request caricompol receipt --out key-request.json',
      'makes the next key, and a request for the hub, where `org keys approve` takes it',
    ],
    [
      'key request caricompol policy --approver anna.jwk --out key-request.json',
      'a policy key needs the signature of an approver besides',
    ],
  ],
  run: async ({ args: [owner = '', use = ''], options, home, output }) => {
    const asking = await siteAsking(home, { owner, ...options, output });
    writeRequest(output, await askForNextKey(siteUse(use), asking), options.out);
    return EXIT.yes;
  },
};

/** Parses a use whose key is in the home of an organisation. Throws `usage`. */
function siteUse(use: string): KeyUse {
  const found = MEMBER_USES.find((one) => one === use);
  if (found !== undefined) return found;
  throw fail('usage', `a site has no key for \`${use}\`${nearestOrAll(use, MEMBER_USES)}`);
}
