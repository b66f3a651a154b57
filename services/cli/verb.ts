import type { Command } from 'commander';
import type { Home } from '../shared/runtime/home.js';
import type { ExitCode } from './terminal/exit-codes.js';
import type { Output } from './terminal/output.js';

/** One call of a verb, as the shell made it. */
export interface Call<Options> {
  readonly args: readonly string[];
  readonly options: Readonly<Options>;
  readonly home: Home;
  readonly env: NodeJS.ProcessEnv;
  readonly output: Output;
  /** Aborts at the first SIGINT or SIGTERM, with the signal's name as reason; a second one ends the process at once. */
  readonly stopping: AbortSignal;
}

/** What every file of `verbs/` exports as `verb`. `--home` and `--json` are on each without being declared. */
export interface Verb<Options = never> {
  readonly configure: (command: Command) => unknown;
  /** It writes NDJSON also where stdout is no terminal. */
  readonly streams?: true;
  /** It starts processes: what they would refuse in the environment is refused before it runs. */
  readonly starts?: true;
  /** Command lines after `liaison`, each with what it does. */
  readonly examples: readonly (readonly [line: string, does: string])[];
  readonly run: (call: Call<Options>) => Promise<ExitCode>;
}

/** Why a call stops: `SIGINT` or `SIGTERM`. */
export function stopReason(stopping: AbortSignal): NodeJS.Signals | undefined {
  return stopping.aborted ? (stopping.reason as NodeJS.Signals) : undefined;
}
