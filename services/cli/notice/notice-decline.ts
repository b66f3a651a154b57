import { ACTION_REASONS } from '../../shared/notice/action-verbs.js';
import { gatewayClient } from '../http-client.js';
import { requireGateways } from '../home/run-file.js';
import { parseWord } from '../terminal/parse-options.js';
import type { Verb } from '../verb.js';
import { type OrderOptions, postOrder, waitOptions } from './run-order.js';

interface DeclineOptions extends OrderOptions {
  readonly org: string;
  readonly reason: string;
}

export const verb: Verb<DeclineOptions> = {
  configure: (command) =>
    waitOptions(
      command
        .argument('<request>', 'the id of a request, as `GET /v1/requests` lists it')
        .requiredOption('--org <organisation>', 'the originator, which was asked')
        .requiredOption(
          '--reason <word>',
          ACTION_REASONS.decline.join(', '),
          parseWord(ACTION_REASONS.decline),
        ),
    ),
  examples: [
    [
      'notice decline 0190b7a2-… --org europol --reason not-necessary',
      'answers the request of a holder for a section',
    ],
  ],
  run: async ({ args, options, home, output, stopping }) => {
    const gateway = gatewayClient(home, requireGateways(home), options.org);
    const order = { path: `/v1/requests/${args[0] ?? ''}/decline`, body: { reason: options.reason } };
    return postOrder(gateway, order, { options, output, stopping });
  },
};
