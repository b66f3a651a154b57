import { SECTIONS, wordsOf } from '../../shared/notice/kinds.js';
import { gatewayClient } from '../http-client.js';
import { requireGateways } from '../home/run-file.js';
import { EXIT } from '../terminal/exit-codes.js';
import { parseNoticeName, parseWord } from '../terminal/parse-options.js';
import type { Verb } from '../verb.js';
import { heldId } from './find/name-of-notice.js';
import { withOptionNames } from './order-options.js';
import { actionText, type ShownOrder } from './life-table.js';

interface RequestOptions {
  readonly org: string;
  readonly to: string;
  readonly section: string;
  readonly purpose: string;
  readonly key?: string;
}

export const verb: Verb<RequestOptions> = {
  configure: (command) =>
    command
      .argument('<id>', 'the id of a held notice, or the end of it', parseNoticeName)
      .requiredOption('--org <organisation>', 'the holder that asks')
      .requiredOption('--to <organisation>', 'the originator of the notice')
      .requiredOption('--section <name>', 'a section that is withheld from the holder', parseWord(SECTIONS))
      .requiredOption('--purpose <word>', wordsOf('purpose').join(', '), parseWord(wordsOf('purpose')))
      .option('--key <text>', 'idempotency key: the same key with the same request gives the same one'),
  examples: [
    [
      'notice request 01a21070-bbba-74cf-9b6c-e735c36b95a5 --org gccpol --to europol --section judicial --purpose arrest',
      'asks the originator, which answers with an unseal or a decline',
    ],
  ],
  run: async ({ args, options, home, output }) => {
    const { org, to, section, purpose, key } = options;
    const gateway = gatewayClient(home, requireGateways(home), org);
    const headers = key === undefined ? {} : { 'idempotency-key': key };
    const path = `/v1/inbox/${to}/${await heldId(gateway, args[0] ?? '', to)}/requests`;
    const post = (): Promise<unknown> => gateway.post(path, { section, purpose }, headers);
    const request = (await withOptionNames(post)) as ShownOrder;
    output.show(request, () => actionText(request, output));
    return EXIT.yes;
  },
};
