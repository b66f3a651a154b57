import { fail } from '../../shared/kernel/errors.js';
import { createCommand } from '../home/require-kind.js';
import { EXIT } from '../terminal/exit-codes.js';
import { readHomeDirectory } from './home-directory.js';
import { provisionHome } from './provision-home.js';
import { watchStreams } from './restore-streams.js';
import { retryWhileUnreachable } from '../home/retry-while-unreachable.js';
import { streamLossMessage, missingInCluster, missingStreams } from '../home/missing-streams.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import { requireRunning } from '../home/run-file.js';
import type { Verb } from '../verb.js';

interface ProvisionOptions {
  readonly afterLoss?: boolean;
  readonly watch?: boolean;
}

export const verb: Verb<ProvisionOptions> = {
  configure: (command) =>
    command
      .option('--after-loss', 'create everything again after the disk of the broker was lost')
      .option(
        '--watch',
        'keep running, and recreate streams that are deleted while others of their account exist',
      ),
  examples: [
    ['provision', 'creates the streams and consumers that were never created'],
    ['provision --after-loss', 'after the broker lost its disk; the gateways resend what is not settled'],
    ['provision --watch', 'without `up`: recreates streams that were deleted with a stolen key'],
  ],
  run: async ({ options, home, output, stopping }) => {
    const run = requireRunning(home);
    const { monitor } = run;
    if ((await readHomeDirectory(home)) === undefined)
      throw fail(
        'config-invalid',
        `\`${home.root}\` has no directory: \`${suggestedCommand(createCommand(home))}\``,
      );
    const provisioning = {
      run,
      afterLoss: options.afterLoss === true,
      say: output.note,
    };
    const { made, there } = await retryWhileUnreachable(() => provisionHome(home, provisioning), stopping);
    const look = run.replicas === undefined ? missingStreams : missingInCluster;
    const gone = await look(home, monitor);
    const kept = there.length === 0 ? '' : `; ${there.length} existed and are unchanged`;
    const what = made.length === 0 ? 'nothing to create' : `created ${made.length}: ${made.join(' ')}`;
    output.show({ made, there, missing: gone }, () => `${what}${kept}`);
    if (options.watch === true) {
      await watchStreams(home, provisioning, stopping);
      return EXIT.yes;
    }
    if (gone.length === 0) return EXIT.yes;
    output.note(streamLossMessage(gone));
    return EXIT.no;
  },
};
