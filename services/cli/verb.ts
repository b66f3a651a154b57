import type { Command } from 'commander';
import type { Home } from '../shared/runtime/home.js';
import type { ExitCode } from './terminal/exit-codes.js';
import type { Output } from './terminal/output.js';

/** One call of a verb: its arguments, options and surroundings. */
export interface Call<Options> {
  readonly args: readonly string[];
  readonly options: Readonly<Options>;
  readonly home: Home;
  readonly env: NodeJS.ProcessEnv;
  readonly output: Output;
  /** Aborts at the first SIGINT or SIGTERM, with the signal's name as reason; a later one ends the process at once. */
  readonly stopping: AbortSignal;
}

/** A verb, which its file exports as `verb`. Every verb has `--home` and `--json` without configuring them. */
export interface Verb<Options = never> {
  /** Adds arguments and options. */
  readonly configure: (command: Command) => unknown;
  /** Set for a verb that writes NDJSON whenever stdout is not a terminal. */
  readonly streams?: true;
  /**
   * Set for a verb that starts processes: their settings in the environment are validated before it runs, the policies with
   * the members of a demonstration, or with those that the folder of a hub names.
   */
  readonly starts?: 'federation' | 'hub';
  /** Set for a verb that needs no home, or judges its contract itself; every other one requires a home of this build's contract. */
  readonly anyHome?: true;
  /** Command lines without `liaison`, each with what it does; `--help` shows them. */
  readonly examples: readonly (readonly [line: string, does: string])[];
  readonly run: (call: Call<Options>) => Promise<ExitCode>;
}

/** Returns the signal that stopped a call; undefined while it runs. */
export function stopReason(stopping: AbortSignal): NodeJS.Signals | undefined {
  return stopping.aborted ? (stopping.reason as NodeJS.Signals) : undefined;
}
