import { requireGateways } from '../../home/run-file.js';
import { gatewayClient } from '../../http-client.js';
import { EXIT } from '../../terminal/exit-codes.js';
import { table } from '../../terminal/output.js';
import type { Verb } from '../../verb.js';
import { allOwn } from './own-list.js';

interface BreakGlassOptions {
  readonly org: string;
  readonly unreviewed: boolean;
}

export const verb: Verb<BreakGlassOptions> = {
  configure: (command) =>
    command
      .requiredOption('--org <organisation>', 'the originator')
      .option('--unreviewed', 'list only those that owe a review; exits with 1 if there are any', false),
  examples: [
    [
      'notice break-glass --org europol',
      'every revision that used break-glass: its reason, the key of the person, and the finding of its review',
    ],
    ['notice break-glass --org europol --unreviewed', 'those that another person has to review'],
  ],
  run: async ({ options: { org, unreviewed }, home, output }) => {
    const gateway = gatewayClient(home, requireGateways(home), org);
    const items = await allOwn(gateway, `breakGlass=${unreviewed ? 'unreviewed' : 'used'}`);
    const { paint, width } = output;
    output.show({ items }, () =>
      items.length === 0
        ? unreviewed
          ? 'no break-glass owes a review'
          : 'no notice used break-glass'
        : table(
            ['notice', 'revision', 'kind', 'reason', 'approved with', 'submitted', 'review'],
            items.map(({ id, revision, kind, breakGlass, submittedAt }) => [
              id,
              String(revision),
              kind,
              paint.yellow(breakGlass?.reason ?? ''),
              breakGlass?.approver ?? '',
              submittedAt,
              breakGlass?.finding ?? paint.yellow('none'),
            ]),
            { paint, width },
          ),
    );
    return unreviewed && items.length > 0 ? EXIT.no : EXIT.yes;
  },
};
