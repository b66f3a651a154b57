import { gatewayClient } from '../http-client.js';
import { requireGateways } from '../home/run-file.js';
import { EXIT } from '../terminal/exit-codes.js';
import { parseNumber } from '../terminal/parse-options.js';
import type { Verb } from '../verb.js';

interface StatusListOptions {
  readonly org: string;
  readonly list: number;
}

/** A status list as the gateway returns it. */
interface ShownList {
  readonly list: number;
  readonly lists: number;
  readonly uri: string;
  readonly token: string;
}

export const verb: Verb<StatusListOptions> = {
  configure: (command) =>
    command
      .requiredOption('--org <organisation>', 'whose inbox')
      .option('--list <n>', 'the number of the list', parseNumber(0, 65_535), 0),
  examples: [
    ['inbox status-list --org afripol > status.jwt', 'the Status List Token, good for 24 hours'],
    ['inbox status-list --org afripol --json | jq .lists', 'how many lists there are'],
  ],
  run: async ({ options: { org, list }, home, output }) => {
    const gateway = gatewayClient(home, requireGateways(home), org);
    const shown = (await gateway.get(`/v1/inbox/status-list?list=${list}`)) as ShownList;
    output.show(shown, () => shown.token);
    return EXIT.yes;
  },
};
