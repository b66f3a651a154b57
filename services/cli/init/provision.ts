import { fail } from '../../shared/kernel/errors.js';
import { EXIT } from '../terminal/exit-codes.js';
import { readHomeDirectory } from './home-directory.js';
import { provisionHome } from './provision-home.js';
import { retryWhileUnreachable } from '../home/retry-while-unreachable.js';
import { streamLossMessage, missingInCluster, missingStreams } from '../home/missing-streams.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import { requireRunning } from '../home/run-file.js';
import type { Verb } from '../verb.js';

interface ProvisionOptions {
  readonly afterLoss?: boolean;
}

export const verb: Verb<ProvisionOptions> = {
  configure: (command) =>
    command.option('--after-loss', 'make again what was provisioned before: the disk of the broker is lost'),
  examples: [
    ['provision', 'makes what was never made'],
    ['provision --after-loss', 'the broker lost its disk; the gateways send again what is not settled'],
  ],
  run: async ({ options, home, output, stopping }) => {
    const run = requireRunning(home);
    const { monitor } = run;
    const directory = await readHomeDirectory(home);
    if (directory === undefined)
      throw fail(
        'config-invalid',
        `\`${home.root}\` has no directory: \`${suggestedCommand('init --demo')}\``,
      );
    const provisioning = {
      run,
      orgs: [...directory.organisations.keys()],
      afterLoss: options.afterLoss === true,
      say: output.note,
    };
    const { made, there } = await retryWhileUnreachable(() => provisionHome(home, provisioning), stopping);
    const look = run.replicas === undefined ? missingStreams : missingInCluster;
    const gone = await look(home, monitor);
    const kept = there.length === 0 ? '' : `; ${there.length} were there, and stayed as they were`;
    const what = made.length === 0 ? 'nothing to make' : `made ${made.length}: ${made.join(' ')}`;
    output.show({ made, there, missing: gone }, () => `${what}${kept}`);
    if (gone.length === 0) return EXIT.yes;
    output.note(streamLossMessage(gone));
    return EXIT.no;
  },
};
