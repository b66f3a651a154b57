import { EXIT } from '../terminal/exit-codes.js';
import { gatewayClient } from '../http-client.js';
import { type PreviewResult, previewTable } from './preview-table.js';
import { requireGateways } from '../home/run-file.js';
import { findNotice } from './find/find-notice.js';
import { parseNoticeName } from '../terminal/parse-options.js';
import { withDraftName, readDraft } from './read-draft.js';
import type { Verb } from '../verb.js';

interface PreviewOptions {
  readonly org: string;
  readonly rules?: boolean;
  readonly amends?: string;
}

export const verb: Verb<PreviewOptions> = {
  configure: (command) =>
    command
      .argument('<draft>', 'a JSON file, or - for stdin')
      .requiredOption('--org <organisation>', 'the originator')
      .option(
        '--amends <id>',
        'as the next revision of this own notice: restrictions in force count',
        parseNoticeName,
      )
      .option('--rules', 'show the deciding rule in each cell'),
  examples: [
    ['notice preview proto/examples/red.json --org europol', 'who would see which sections; nothing is sent'],
    [
      'notice preview draft.json --org europol --amends e735c36b95a5',
      'the same, with its restrictions in force',
    ],
    ['notice preview draft.json --org gccpol --rules', 'with the rule that opens or closes each section'],
  ],
  run: async ({ args, options, home, output }) => {
    const [path = '-'] = args;
    const draft = readDraft(path);
    const run = requireGateways(home);
    const gateway = gatewayClient(home, run, options.org);
    const asked = { home, run, orgs: [options.org] };
    const query =
      options.amends === undefined ? '' : `?notice=${(await findNotice(options.amends, asked)).notice.id}`;
    const preview = (await withDraftName(path, () =>
      gateway.post(`/v1/preview${query}`, draft),
    )) as PreviewResult;
    output.show(preview, () => previewTable(preview, { output, rules: options.rules === true }));
    return EXIT.yes;
  },
};
