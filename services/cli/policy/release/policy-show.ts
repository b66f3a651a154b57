import { fail } from '../../../shared/kernel/errors.js';
import { onlyGatewayClient } from '../../http-client.js';
import { requireGateways } from '../../home/run-file.js';
import { EXIT } from '../../terminal/exit-codes.js';
import type { Verb } from '../../verb.js';
import { askReleases, releaseText } from './releases-client.js';

interface ShowOptions {
  readonly org?: string;
}

export const verb: Verb<ShowOptions> = {
  configure: (command) =>
    command
      .argument('<digest>', 'the digest of a release or of its statement, as `policy releases` prints it')
      .option('--org <organisation>', 'whose release; by default the one of this home'),
  examples: [
    ['policy show n4bQgYhMfWWa…', 'its state, and why it was refused, with the digest of each loosening'],
  ],
  run: async ({ args: [digest = ''], options, home, output }) => {
    const gateway = onlyGatewayClient(home, requireGateways(home), options.org);
    const isMeant = (each: { readonly release: string; readonly statement: string }): boolean =>
      each.release === digest || each.statement === digest;
    const named = (await askReleases(gateway)).releases.find(isMeant);
    if (named === undefined) throw fail('not-found', `no release \`${digest}\` among the last ones`);
    const asked = await askReleases(gateway, named.statement);
    const shown = asked.releases.find(({ statement }) => statement === named.statement) ?? named;
    output.show(shown, () => releaseText(shown, output));
    return EXIT.yes;
  },
};
