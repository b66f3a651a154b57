import { onlyGatewayClient } from '../../http-client.js';
import { requireGateways } from '../../home/run-file.js';
import { EXIT } from '../../terminal/exit-codes.js';
import { table } from '../../terminal/output.js';
import type { Verb } from '../../verb.js';
import { askReleases } from './releases-client.js';

interface ReleasesOptions {
  readonly org?: string;
}

export const verb: Verb<ReleasesOptions> = {
  configure: (command) =>
    command.option('--org <organisation>', 'whose releases; by default the one of this home'),
  examples: [
    ['policy releases', 'the last releases with their version, digest, state and the router that judged'],
  ],
  run: async ({ options, home, output }) => {
    const gateway = onlyGatewayClient(home, requireGateways(home), options.org);
    const { releases, unrecorded } = await askReleases(gateway);
    if (output.json) [...unrecorded, ...releases].forEach(output.record);
    else {
      const sent = unrecorded.map(({ version, statement, state, code }) => [
        String(version),
        statement,
        code === null ? state : `${state}: ${code}`,
        '',
        '',
      ]);
      const known = releases.map(({ version, release, state, recordedAt, judgedBy }) => [
        String(version),
        release,
        state,
        recordedAt,
        judgedBy ?? '',
      ]);
      output.print(
        table(['version', 'digest', 'state', 'recorded', 'judged by'], [...sent, ...known], output),
      );
    }
    return EXIT.yes;
  },
};
