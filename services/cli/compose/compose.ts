import { composeFile } from './compose-file.js';
import { volumesOf } from './volumes.js';
import { EXIT } from '../terminal/exit-codes.js';
import { orgsOf, readFederation } from '../init/home-directory.js';
import type { Verb } from '../verb.js';

interface ComposeOptions {
  readonly folders?: boolean;
}

export const verb: Verb<ComposeOptions> = {
  configure: (command) =>
    command.option('--folders', 'print only the mount points of its volumes, which the image creates'),
  anyHome: true,
  examples: [['compose > docker-compose.yml', 'after a change of policies/federation/members.yaml']],
  run: async ({ options, output }) => {
    const orgs = orgsOf(readFederation());
    const folders = volumesOf(orgs).map(({ folder }) => folder);
    output.print(options.folders === true ? folders.join('\n') : composeFile(orgs).trimEnd());
    return EXIT.yes;
  },
};
