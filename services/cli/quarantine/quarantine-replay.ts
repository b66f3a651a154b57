import { type CommandOptions, commandOptions } from './command-options.js';
import { runCommand } from './run-command.js';
import type { Verb } from '../verb.js';

interface ReplayOptions extends CommandOptions {
  readonly dryRun?: boolean;
}

export const verb: Verb<ReplayOptions> = {
  configure: (command) => commandOptions(command.option('--dry-run', 'only say what would come of it')),
  examples: [
    ['quarantine replay 3f9a27c01b44 --dry-run', 'what the recipe would do now: nothing is done'],
    ['quarantine replay 3f9a27c01b44', 'through the whole recipe, past no check'],
  ],
  run: (call) => runCommand(call, { verb: call.options.dryRun === true ? 'dry-run' : 'replay' }),
};
