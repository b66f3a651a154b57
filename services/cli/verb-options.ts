import type { Command } from 'commander';
import type { Verb } from './verb.js';

/** The verbs that `program.ts` handles itself. */
export const BUILT_IN_VERBS = ['help', 'version'] as const;

/** Adds the verb's own options, `--home` and `--json`, and its examples to its help. */
export function configure(command: Command, verb: Verb): void {
  verb.configure(command);
  command
    .option(
      '--home <folder>',
      'the folder of keys and data (default: `LIAISON_HOME`, else `.liaison/` in the clone)',
    )
    .option(
      '--json',
      verb.streams === true
        ? 'print NDJSON, which is also the default when stdout is not a terminal'
        : 'print JSON, or NDJSON for a list',
    );
  const lines = verb.examples.map(([line, does]) => `  $ liaison ${line}\n      ${does}`);
  command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}
