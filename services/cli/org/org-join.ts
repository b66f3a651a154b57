import { parseOrgId } from '../../shared/kernel/ids.js';
import { EXIT } from '../terminal/exit-codes.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import type { Verb } from '../verb.js';
import { createSite } from './create-site.js';
import { requestWords } from './join-request.js';

interface JoinOptions {
  readonly id: string;
  readonly name: string;
  readonly federation: string;
  readonly hub: string;
  readonly contact?: string;
}

export const verb: Verb<JoinOptions> = {
  configure: (command) =>
    command
      .requiredOption('--id <organisation>', 'the id of the organisation in the federation')
      .requiredOption('--name <name>', 'the name of the organisation')
      .requiredOption('--federation <name>', 'the federation to join')
      .requiredOption('--hub <url>', "the hub's broker, as this site reaches it: `nats://host:port`")
      .option('--contact <text>', 'how people at the hub reach this organisation'),
  anyHome: true,
  examples: [
    [
      "org join --id caricompol --name 'Caribbean Police' --federation demo --hub nats://10.0.0.1:4222 --home /var/lib/liaison",
      'makes the keys of a site, and `join-request.json` for the hub',
    ],
  ],
  run: async ({ options, home, output }) => {
    const { name, federation, hub, contact } = options;
    const asked = { name, federation, hub, ...(contact === undefined ? {} : { contact }) };
    const request = await createSite(home, { ...asked, id: parseOrgId(options.id), now: new Date() });
    const words = requestWords(request);
    output.show({ home: home.root, request: home.joinRequest, digest: request.digest, words }, () =>
      [
        `${home.joinRequest}: send it to the hub, which can use it once within 7 days`,
        `read these words to the hub: ${output.paint.bold(words)}`,
      ].join('\n'),
    );
    output.note(`when the hub has answered: ${suggestedCommand('org accept welcome.json')}`);
    return EXIT.yes;
  },
};
