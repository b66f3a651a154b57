import type { Command } from 'commander';

/** The options of `quarantine replay` and `quarantine discard`. */
export interface CommandOptions {
  readonly org?: string;
  readonly key?: string;
}

/** Adds the argument and option that select one entry. */
export function entryOptions(command: Command): Command {
  return command
    .argument('<entry>', 'the first hex digits of its id, as `quarantine list` prints them')
    .option('--org <organisation>', 'selects one when several organisations sent the same bytes');
}

/** Adds the options of `entryOptions`, and the key that signs the command. */
export function commandOptions(command: Command): Command {
  return entryOptions(command).option(
    '--key <file>',
    "an operator key (default: the home's `hub/operator/operator.jwk`)",
  );
}
