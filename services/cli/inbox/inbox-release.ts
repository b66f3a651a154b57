import { gatewayClient } from '../http-client.js';
import { requireGateways } from '../home/run-file.js';
import type { Verb } from '../verb.js';
import { type HeldNoticeOptions, heldNoticeOptions, pathOfHeld } from './held-options.js';
import { showLife } from './show-life.js';

export const verb: Verb<HeldNoticeOptions> = {
  configure: (command) => heldNoticeOptions(command),
  examples: [
    ['inbox release --org afripol --from europol --id 0190b7a2-…', 'erases it if it was withdrawn meanwhile'],
  ],
  run: async ({ options, home, output }) => {
    const gateway = gatewayClient(home, requireGateways(home), options.org);
    const path = await pathOfHeld(gateway, options);
    return showLife(
      gateway.post(`${path}/release`, {}),
      output,
      `\`${options.org}\` keeps no notice \`${options.id}\` of \`${options.from}\``,
    );
  },
};
