import { type CommandOptions, commandOptions } from './command-options.js';
import { runCommand } from './run-command.js';
import type { Verb } from '../verb.js';

interface ReplayOptions extends CommandOptions {
  readonly dryRun?: boolean;
}

export const verb: Verb<ReplayOptions> = {
  configure: (command) => commandOptions(command.option('--dry-run', 'only show the result')),
  examples: [
    [
      'quarantine replay 3f9a27c01b44 --dry-run',
      'shows the result of processing it now, and changes nothing',
    ],
    ['quarantine replay 3f9a27c01b44', 'processes it again, with every check'],
  ],
  run: (call) => runCommand(call, { verb: call.options.dryRun === true ? 'dry-run' : 'replay' }),
};
