import { existsSync } from 'node:fs';
import type { Home } from '../../shared/runtime/home.js';
import { startCommand } from '../home/require-kind.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import { isInitialised } from '../init/clear-home.js';
import {
  type GatewayRunFile,
  isAlive,
  isComposed,
  isOfHub,
  processOf,
  type RunFile,
} from '../home/run-file.js';

/**
 * The result of one check. `bad`: it must be fixed. `look`: an event that cannot be undone, and that a person should inspect.
 * `skip`: it cannot be checked, for example while no federation runs.
 */
export interface CheckFinding {
  readonly state: 'ok' | 'bad' | 'look' | 'skip';
  /** The result in a few words. */
  readonly says: string;
  /** The exact command that fixes it. */
  readonly mend?: string;
}

/** The inputs of a check. */
export interface CheckContext {
  readonly home: Home;
  readonly env: NodeJS.ProcessEnv;
  /** Undefined while no federation runs; at a site without the hub. */
  readonly run: GatewayRunFile | undefined;
  readonly now: Date;
}

/**
 * Returns true for an initialised home, and for a site that accepted its welcome. Always true for a composed federation: the
 * file that marks its home as initialised is in another container.
 */
export const isHomeReady = ({ home, run }: Pick<CheckContext, 'home' | 'run'>): boolean =>
  isInitialised(home) || existsSync(home.welcome) || isComposed(run);

/** Returns the path of the log of a process, or of a gateway in a host. */
export function logOf({ home, run }: Pick<CheckContext, 'home' | 'run'>, process: string): string {
  return home.log(run === undefined ? process : processOf(run, process));
}

/** Returns the command that shows the end of a process's log. */
export function logCommand(
  { home, run }: Pick<CheckContext, 'home' | 'run'>,
  process: string,
  lines = 20,
): string {
  if (!isComposed(run)) return `tail -n ${lines} ${logOf({ home, run }, process)}`;
  const services = { nats: 'nats-1 nats-2 nats-3', router: 'router-1' }[process] ?? process;
  return `docker compose logs --tail ${lines} ${services}`;
}

/** Returns the command that kills a process which runs and does not answer, so that it is restarted. */
export function killCommand({ home, run }: Pick<CheckContext, 'home' | 'run'>, process: string): string {
  const pid = run?.processes[processOf(run, process)];
  if (pid === undefined || !isAlive(pid)) return logCommand({ home, run }, process);
  return `kill -9 ${pid}   # ${process}: \`${startCommand(home)}\` restarts it`;
}

/** Returns the command that starts a federation, or first stops the running one; `why` is the remark after it. */
export function restartCommand({ home, run }: Pick<CheckContext, 'home' | 'run'>, why: string): string {
  const start = startCommand(home);
  if (run?.pid === undefined) return `liaison ${start}   # ${why}`;
  return `kill ${run.pid}   # stops the running federation; then run \`${suggestedCommand(start)}\`: ${why}`;
}

/** One check; an error that it throws is shown as `bad`. */
export interface Check {
  readonly name: string;
  readonly look: (context: CheckContext) => Promise<CheckFinding> | CheckFinding;
}

/** Returns a finding without a problem. */
export const ok = (says: string): CheckFinding => ({ state: 'ok', says });
/** Returns a finding to fix. In `mend`, a leading `liaison` becomes the launcher's path; it may end with `   #` and a remark. */
export function bad(says: string, mend: string): CheckFinding {
  const [, words, remark = ''] = /^liaison (.*?)( {3}#.*)?$/.exec(mend) ?? [];
  return { state: 'bad', says, mend: words === undefined ? mend : `${suggestedCommand(words)}${remark}` };
}
/** Returns a finding for a person to inspect. */
export const toInspect = (says: string, mend: string): CheckFinding => ({
  ...bad(says, mend),
  state: 'look',
});
/** Returns the finding of a check that cannot run. */
export const skip = (says: string): CheckFinding => ({ state: 'skip', says });

/** Creates a check of a hub or a demonstration that is skipped while it does not run. */
export function running(
  name: string,
  look: (context: CheckContext & { readonly run: RunFile }) => Promise<CheckFinding> | CheckFinding,
): Check {
  return {
    name,
    look: ({ run, ...context }) =>
      run !== undefined && isOfHub(run) ? look({ ...context, run }) : skip('no federation runs'),
  };
}
