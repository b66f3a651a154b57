import { fail, isCode } from '../../shared/kernel/errors.js';
import { EXIT } from '../terminal/exit-codes.js';
import { gatewayClient } from '../http-client.js';
import { type ShownNotice, showNotice } from './notice-table.js';
import { parseId } from '../terminal/parse-options.js';
import { requireRunning, type RunFile } from '../home/run-file.js';
import { withReasons } from './rule-reasons.js';
import type { Verb } from '../verb.js';

interface ShowOptions {
  readonly org?: string;
  readonly rules?: boolean;
}

export const verb: Verb<ShowOptions> = {
  configure: (command) =>
    command
      .argument('<id>', 'the id of a notice, as `notice submit` printed it', parseId)
      .option('--org <organisation>', 'ask only this gateway')
      .option('--rules', 'also show the rules that permitted delivery'),
  examples: [
    [
      'notice show 0190b7a2-… --org europol',
      'outcome, rules and receipt of each recipient, and the sections',
    ],
    ['notice show 0190b7a2-… --json | jq .recipients[].receipt', 'the receipts'],
  ],
  run: async ({ args, options, home, env, output }) => {
    const run = requireRunning(home);
    const [id = ''] = args;
    const found = await findNotice(id, orgsToAsk(run, options.org), (org) =>
      gatewayClient(home, run, org).get(`/v1/notices/${encodeURIComponent(id)}`),
    );
    const notice = await withReasons(found, { home, env });
    output.show(notice, () => showNotice(notice, output, options.rules === true));
    return notice.state === 'refused' ? EXIT.no : EXIT.yes;
  },
};

function orgsToAsk(run: RunFile, org: string | undefined): readonly string[] {
  return org === undefined ? Object.keys(run.gateways) : [org];
}

/** Finds the gateway that submitted the notice. Throws `not-found`: gateways of recipients do not show it. */
async function findNotice(
  id: string,
  orgs: readonly string[],
  ask: (org: string) => Promise<unknown>,
): Promise<ShownNotice> {
  const answers = await Promise.all(
    orgs.map(async (org) => {
      try {
        return (await ask(org)) as ShownNotice;
      } catch (error) {
        if (isCode(error, 'not-found')) return undefined;
        throw error;
      }
    }),
  );
  const found = answers.find((answer) => answer !== undefined);
  if (found !== undefined) return found;
  throw fail('not-found', `no gateway of ${orgs.join(', ')} submitted \`${id}\``);
}
