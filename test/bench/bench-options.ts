import type { Command } from 'commander';
import { parseDuration, parseNumber } from '../../services/cli/terminal/parse-options.js';

/** Options of every bench. */
export interface CommonOptions {
  readonly baseline?: string;
  readonly profile?: string;
}

/** Adds `--baseline`. */
export function baselineOption(command: Command): Command {
  return command.option(
    '--baseline <file>',
    'compare with the last line of this bench in a file of `--json` lines',
  );
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
    .option(
      '--rounds <n>',
      'the number of rounds; each round measures every part once',
      parseNumber(1, 1_000),
      7,
    )
    .option('--slice <time>', 'how long each part is repeated in a round', parseDuration, 40);
}
