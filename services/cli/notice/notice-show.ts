import { EXIT } from '../terminal/exit-codes.js';
import { gatewayClient } from '../http-client.js';
import { withEarlierActions } from './earlier-actions.js';
import { findNotice } from './find/find-notice.js';
import { showNotice } from './notice-table.js';
import { parseNoticeName } from '../terminal/parse-options.js';
import { requireGateways, type GatewayRunFile } from '../home/run-file.js';
import { withReasons } from './rule-reasons.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import { withStages } from './add-stages.js';
import type { Verb } from '../verb.js';

interface ShowOptions {
  readonly org?: string;
  readonly rules?: boolean;
}

export const verb: Verb<ShowOptions> = {
  configure: (command) =>
    command
      .argument(
        '<id>',
        'the id of a notice, with or without its number, or the end of it that `tail` prints',
        parseNoticeName,
      )
      .option('--org <organisation>', 'ask only this gateway')
      .option('--rules', 'also show the rules that permitted delivery'),
  examples: [
    [
      'notice show 0190b7a2-… --org europol',
      'outcome, rules and receipt of each recipient, and the sections',
    ],
    ['notice show e735c36b95a5', 'a notice by the end of its id, as `tail` and the console print it'],
    ['notice show 0190b7a2-… --json | jq .recipients[].receipt', 'the receipts'],
    ['notice show 0190b7a2-… --json | jq .recipients[].stages', 'the stages, with time, signer and deadline'],
  ],
  run: async ({ args, options, home, env, output }) => {
    const run = requireGateways(home);
    const [id = ''] = args;
    const found = await findNotice(id, { home, run, orgs: orgsToAsk(run, options.org) });
    const { originator } = found;
    const gateway = gatewayClient(home, run, originator);
    const staged = await withStages(found.notice, gateway);
    const whole = await withEarlierActions(staged, gateway);
    const notice = await withReasons(whole, { home, env });
    output.show(notice, () => showNotice(notice, output, options.rules === true));
    if (notice.state === 'disputed')
      output.note(
        `the statements that contradict each other: ${suggestedCommand(`evidence list --org ${originator}`)}`,
      );
    return ['refused', 'disputed'].includes(notice.state) ? EXIT.no : EXIT.yes;
  },
};

function orgsToAsk(run: GatewayRunFile, org: string | undefined): readonly string[] {
  return org === undefined ? Object.keys(run.gateways) : [org];
}
