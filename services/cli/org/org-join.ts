import { parseOrgId } from '../../shared/kernel/ids.js';
import { EXIT } from '../terminal/exit-codes.js';
import { parseRepeated } from '../terminal/parse-options.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import type { Verb } from '../verb.js';
import { readOwnFiles } from '../policy/release/release-file.js';
import { nameApprovers } from './approvers.js';
import { createSite } from './create-site.js';
import { requestWords } from './join-request.js';

interface JoinOptions {
  readonly id: string;
  readonly name: string;
  readonly federation: string;
  readonly hub: string;
  readonly contact?: string;
  readonly rules?: string;
  readonly approver?: readonly string[];
  readonly approverOut?: readonly string[];
}

export const verb: Verb<JoinOptions> = {
  configure: (command) =>
    command
      .requiredOption('--id <organisation>', 'the id of the organisation in the federation')
      .requiredOption('--name <name>', 'the name of the organisation')
      .requiredOption('--federation <name>', 'the federation to join')
      .requiredOption('--hub <url>', "the hub's broker, as this site reaches it: `tls://host:port`")
      .option('--contact <text>', 'how people at the hub reach this organisation')
      .option(
        '--rules <folder>',
        'its first `export.cedar`, `import.cedar` and `cases.yaml`, which the request brings to the hub',
      )
      .option(
        '--approver <name>',
        'a person who approves what loosens the rules; twice, or not at all',
        parseRepeated,
      )
      .option(
        '--approver-out <file>',
        'where to write the key of each approver, outside the home',
        parseRepeated,
      ),
  anyHome: true,
  examples: [
    [
      "org join --id caricompol --name 'Caribbean Police' --federation demo --hub tls://10.0.0.1:4222 --home /var/lib/liaison",
      'makes the keys of a site, and `join-request.json` for the hub',
    ],
    [
      "org join … --approver 'A. Example' --approver-out a.jwk --approver 'B. Example' --approver-out b.jwk",
      'also the keys of two persons who approve for the organisation',
    ],
    [
      'org join … --rules rules/',
      'also its first rules, which both approvers approve by the request: let them read the rules before',
    ],
  ],
  run: async ({ options, home, output }) => {
    const { name, federation, hub, contact } = options;
    const asked = { name, federation, hub, ...(contact === undefined ? {} : { contact }) };
    const approvers = nameApprovers(home, options.approver ?? [], options.approverOut ?? []);
    const site = { ...asked, id: parseOrgId(options.id), approvers, now: new Date() };
    const rules = options.rules === undefined ? undefined : readOwnFiles(options.rules, site.id);
    const request = await createSite(home, { ...site, rules });
    const words = requestWords(request);
    const { digest, release } = request;
    const first = release && { version: release.version, digest: release.digest };
    output.show({ home: home.root, request: home.joinRequest, digest, release: first, words }, () =>
      [
        `${home.joinRequest}: send it to the hub, which can use it once within 7 days`,
        `read these words to the hub: ${output.paint.bold(words)}`,
      ].join('\n'),
    );
    for (const { person, path } of approvers)
      output.note(`give \`${path}\` to ${person} alone, and keep no copy at the site`);
    if (release !== undefined)
      output.note(
        `the rules in the request are sent to the routers once the site runs${release.isApproved ? '' : ', which adopt them only if they open nothing: no approver signed them'}`,
      );
    output.note(`when the hub has answered: ${suggestedCommand('org accept welcome.json')}`);
    return EXIT.yes;
  },
};
