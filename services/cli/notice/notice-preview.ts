import { EXIT } from '../terminal/exit-codes.js';
import { gatewayClient } from '../http-client.js';
import { type PreviewResult, previewTable } from './preview-table.js';
import { requireGateways } from '../home/run-file.js';
import { withDraftName, readDraft } from './read-draft.js';
import type { Verb } from '../verb.js';

interface PreviewOptions {
  readonly org: string;
  readonly rules?: boolean;
}

export const verb: Verb<PreviewOptions> = {
  configure: (command) =>
    command
      .argument('<draft>', 'a JSON file, or - for stdin')
      .requiredOption('--org <organisation>', 'the originator')
      .option('--rules', 'show the deciding rule in each cell'),
  examples: [
    ['notice preview proto/examples/red.json --org europol', 'who would see which sections; nothing is sent'],
    ['notice preview draft.json --org gccpol --rules', 'with the rule that opens or closes each section'],
  ],
  run: async ({ args, options, home, output }) => {
    const [path = '-'] = args;
    const draft = readDraft(path);
    const gateway = gatewayClient(home, requireGateways(home), options.org);
    const preview = (await withDraftName(path, () => gateway.post('/v1/preview', draft))) as PreviewResult;
    output.show(preview, () => previewTable(preview, { output, rules: options.rules === true }));
    return EXIT.yes;
  },
};
