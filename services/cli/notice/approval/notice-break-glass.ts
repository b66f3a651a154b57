import { requireGateways } from '../../home/run-file.js';
import { gatewayClient } from '../../http-client.js';
import { EXIT } from '../../terminal/exit-codes.js';
import { table } from '../../terminal/output.js';
import type { Verb } from '../../verb.js';
import { allOwn } from './own-list.js';

interface BreakGlassOptions {
  readonly org: string;
}

export const verb: Verb<BreakGlassOptions> = {
  configure: (command) => command.requiredOption('--org <organisation>', 'the originator'),
  examples: [
    [
      'notice break-glass --org europol',
      'every revision that used break-glass: its reason, the key of the person, and when it was submitted',
    ],
  ],
  run: async ({ options: { org }, home, output }) => {
    const items = await allOwn(gatewayClient(home, requireGateways(home), org), 'breakGlass=used');
    const { paint, width } = output;
    output.show({ items }, () =>
      items.length === 0
        ? 'no notice used break-glass'
        : table(
            ['notice', 'revision', 'kind', 'reason', 'approved with', 'submitted', 'state'],
            items.map(({ id, revision, kind, breakGlass, submittedAt, state }) => [
              id,
              String(revision),
              kind,
              paint.yellow(breakGlass?.reason ?? ''),
              breakGlass?.approver ?? '',
              submittedAt,
              state,
            ]),
            { paint, width },
          ),
    );
    return EXIT.yes;
  },
};
