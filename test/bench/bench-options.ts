import type { Command } from 'commander';
import { parseDuration, parseNumber } from '../../services/cli/terminal/parse-options.js';

/** Options of every bench. */
export interface CommonOptions {
  readonly baseline?: string;
  readonly profile?: string;
}

/** Adds `--baseline`. */
export function baselineOption(command: Command): Command {
  return command.option('--baseline <file>', 'compare with the last line that `--json` gave then');
}

/** Adds `--baseline`, and `--profile` for a bench whose work is done in its own process. */
export function commonOptions(command: Command): Command {
  return baselineOption(command).option(
    '--profile <file>',
    'write a CPU profile of the measuring process (.cpuprofile)',
  );
}

/** Adds `--rounds` and `--slice`, and the options of every bench. */
export function partsOptions(command: Command): Command {
  return commonOptions(command)
    .option('--rounds <n>', 'how often each part is measured, in turn', parseNumber(1, 1_000), 7)
    .option('--slice <time>', 'for how long each time', parseDuration, 40);
}
