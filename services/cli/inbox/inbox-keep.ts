import { gatewayClient } from '../http-client.js';
import { requireGateways } from '../home/run-file.js';
import type { Verb } from '../verb.js';
import { type HeldNoticeOptions, heldNoticeOptions, pathOfHeld } from './held-options.js';
import { showLife } from './show-life.js';
import { parseWord } from '../terminal/parse-options.js';

interface KeepOptions extends HeldNoticeOptions {
  readonly ground: string;
}

const KEEP_GROUNDS = ['legal-hold', 'ongoing-proceedings'];

export const verb: Verb<KeepOptions> = {
  configure: (command) =>
    heldNoticeOptions(command).requiredOption(
      '--ground <ground>',
      `why: ${KEEP_GROUNDS.join(' or ')}`,
      parseWord(KEEP_GROUNDS),
    ),
  examples: [
    [
      'inbox keep --org afripol --from europol --id 0190b7a2-… --ground legal-hold',
      'a withdrawal then hides it instead of erasing it, and is answered `kept`',
    ],
  ],
  run: async ({ options, home, output }) => {
    const gateway = gatewayClient(home, requireGateways(home), options.org);
    const path = await pathOfHeld(gateway, options);
    return showLife(
      gateway.post(`${path}/keep`, { ground: options.ground }),
      output,
      `\`${options.org}\` does not hold \`${options.id}\` of \`${options.from}\``,
    );
  },
};
