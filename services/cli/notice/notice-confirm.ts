import { fail } from '../../shared/kernel/errors.js';
import { type GatewayClient, gatewayClient } from '../http-client.js';
import { requireGateways } from '../home/run-file.js';
import { EXIT } from '../terminal/exit-codes.js';
import { parseNoticeName } from '../terminal/parse-options.js';
import type { Verb } from '../verb.js';
import { ownId } from './find/name-of-notice.js';
import { actionText, type ShownOrder } from './life-table.js';

interface ConfirmOptions {
  readonly org: string;
}

interface Actions {
  readonly items: readonly ShownOrder[];
  readonly next: number | null;
}

/** Reads all pages of the actions that wait. */
async function allHeld(gateway: GatewayClient): Promise<Actions> {
  const items: ShownOrder[] = [];
  for (let query = '?limit=200'; ; ) {
    const page = (await gateway.get(`/v1/held-actions${query}`)) as Actions;
    items.push(...page.items);
    if (page.next === null) return { items, next: null };
    query = `?limit=200&after=${page.next}`;
  }
}

export const verb: Verb<ConfirmOptions> = {
  configure: (command) =>
    command
      .argument(
        '[id]',
        'the notice whose actions to sign; without it all that wait are listed',
        parseNoticeName,
      )
      .requiredOption('--org <organisation>', 'the originator'),
  examples: [
    [
      'notice confirm --org europol',
      'the withdrawals, restrictions and suspensions beyond LIAISON_MAX_ENDS_PER_HOUR, not signed yet',
    ],
    ['notice confirm 01a21070-bbba-74cf-9b6c-e735c36b95a5 --org europol', 'signs those on one notice'],
  ],
  run: async ({ args, options, home, output }) => {
    const gateway = gatewayClient(home, requireGateways(home), options.org);
    const [id] = args;
    const found =
      id === undefined
        ? await allHeld(gateway)
        : ((await gateway.post(`/v1/notices/${await ownId(gateway, id)}/confirm`, {})) as Actions);
    if (found.items.length === 0 && id !== undefined)
      throw fail('not-found', 'no action on this notice waits for a confirmation');
    output.show(found, () =>
      found.items.map((action) => `${action.id}  ${actionText(action, output)}`).join('\n'),
    );
    return EXIT.yes;
  },
};
