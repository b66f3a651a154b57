import type { Command } from 'commander';

export interface CommandOptions {
  readonly org?: string;
  readonly key?: string;
}

/** Adds what names one entry. */
export function entryOptions(command: Command): Command {
  return command
    .argument('<entry>', 'its first hex digits, as `quarantine list` prints them')
    .option('--org <organisation>', 'where the same bytes came from two');
}

/** Adds what names one entry, and the key that signs. */
export function commandOptions(command: Command): Command {
  return entryOptions(command).option(
    '--key <file>',
    "an operator key (default: the home's `hub/operator/operator.jwk`)",
  );
}
