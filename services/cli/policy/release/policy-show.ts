import { fail } from '../../../shared/kernel/errors.js';
import { EXIT } from '../../terminal/exit-codes.js';
import type { Verb } from '../../verb.js';
import { releaserOf, type WhoseReleases } from './releaser.js';
import { releaseText } from './releases-client.js';

export const verb: Verb<WhoseReleases> = {
  configure: (command) =>
    command
      .argument('<digest>', 'the digest of a release or of its statement, as `policy releases` prints it')
      .option('--org <organisation>', 'whose release; by default the one of this home')
      .option('--federation', 'one of the federation, at the hub'),
  examples: [
    ['policy show n4bQgYhMfWWa…', 'its state, and why it was refused, with the digest of each loosening'],
  ],
  run: async (call) => {
    const { output, args } = call;
    const [digest = ''] = args;
    const { ask } = releaserOf(call);
    const isMeant = (each: { readonly release: string; readonly statement: string }): boolean =>
      each.release === digest || each.statement === digest;
    const named = (await ask()).releases.find(isMeant);
    if (named === undefined) throw fail('not-found', `no release \`${digest}\` among the last ones`);
    const asked = await ask(named.statement);
    const shown = asked.releases.find(({ statement }) => statement === named.statement) ?? named;
    output.show(shown, () => releaseText(shown, output));
    return EXIT.yes;
  },
};
