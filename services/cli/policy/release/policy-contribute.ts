import { readContribution, signContribution } from '../../../shared/ledger/release/contribution.js';
import { readSigner } from '../../../shared/trust/keys.js';
import { readDirectory } from '../../../shared/trust/read-directory.js';
import { EXIT } from '../../terminal/exit-codes.js';
import { suggestedCommand } from '../../terminal/suggested-command.js';
import type { Verb } from '../../verb.js';
import { newDraft } from './judged-draft.js';
import { writeContribution } from './release-file.js';
import { memberReleaser } from './releaser.js';

interface ContributeOptions {
  readonly org?: string;
  readonly out: string;
}

export const verb: Verb<ContributeOptions> = {
  configure: (command) =>
    command
      .argument('<folder>', 'the folder with `export.cedar` and `import.cedar`')
      .option('--org <organisation>', 'whose rules; by default the one of this home')
      .option('--out <file>', 'where to write the signed rules', 'contribution.json'),
  examples: [
    [
      'policy contribute rules/',
      'signs the rules in this folder for a joint release, which the operator of the hub sends',
    ],
  ],
  run: async ({ args: [folder = ''], options, home, output }) => {
    const { org, ask, read } = memberReleaser(home, options.org);
    const { federation } = await readDirectory(home);
    const draft = newDraft(await ask(), { org, federation, files: read(folder) });
    const signer = await readSigner(home.org(org, 'policy.jwk'));
    const contribution = await signContribution(draft, { signer, federation, now: new Date() });
    writeContribution(options.out, contribution);
    const { version, previous, digest } = readContribution(contribution);
    output.show(
      { org, version, previous, digest, file: options.out },
      () => `version ${version} of \`${org}\`, ${digest}, is signed in \`${options.out}\``,
    );
    const next = suggestedCommand(`policy release <folder> --federation --with ${options.out}`);
    output.note(`it comes into force with a release of the federation, never alone; at the hub: ${next}`);
    return EXIT.yes;
  },
};
