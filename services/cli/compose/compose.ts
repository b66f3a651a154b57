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
    command.option('--folders', 'print where its volumes are mounted instead, for the image to prepare'),
  examples: [['compose > docker-compose.yml', 'after policies/federation/directory.yaml changed']],
  run: async ({ options, output }) => {
    const orgs = orgsOf(readFederation());
    const folders = volumesOf(orgs).map(({ folder }) => folder);
    output.print(options.folders === true ? folders.join('\n') : composeFile(orgs).trimEnd());
    return EXIT.yes;
  },
};
