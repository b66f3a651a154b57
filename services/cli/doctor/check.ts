import type { Home } from '../../shared/runtime/home.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import { isInitialised } from '../init/clear-home.js';
import { isAlive, isComposed, type RunFile } from '../home/run-file.js';

/**
 * What one look found. `look`: something happened that nobody can mend any more, and somebody must look. `skip`: it cannot be
 * looked at until something before it is mended.
 */
export interface CheckFinding {
  readonly state: 'ok' | 'bad' | 'look' | 'skip';
  /** What was found, in a few words. */
  readonly says: string;
  /** The exact line that mends it. */
  readonly mend?: string;
}

/** What a check may look at. */
export interface CheckContext {
  readonly home: Home;
  readonly env: NodeJS.ProcessEnv;
  /** Undefined while no federation runs. */
  readonly run: RunFile | undefined;
  readonly now: Date;
}

/** True of a home that `init` made to its end; where an engine runs the federation, nobody else is shown its mark. */
export const isMade = ({ home, run }: Pick<CheckContext, 'home' | 'run'>): boolean =>
  isInitialised(home) || isComposed(run);

/** The line that shows what a process said last. */
export function tailLine(
  { home, run }: Pick<CheckContext, 'home' | 'run'>,
  process: string,
  lines = 20,
): string {
  if (!isComposed(run)) return `tail -n ${lines} ${home.log(process)}`;
  const services = { nats: 'nats-1 nats-2 nats-3', router: 'router-1' }[process] ?? process;
  return `docker compose logs --tail ${lines} ${services}`;
}

/** The line that ends a process which runs and does not answer, so that it is started again. */
export function endSilent({ home, run }: Pick<CheckContext, 'home' | 'run'>, process: string): string {
  const pid = run?.processes[process];
  if (pid === undefined || !isAlive(pid)) return tailLine({ home, run }, process);
  return `kill -9 ${pid}   # ${process}: \`up\` starts it again`;
}

/** The line that starts a federation, or ends the one that runs, as only then another can be started; and what for. */
export function startAgain({ run }: Pick<CheckContext, 'run'>, why: string): string {
  if (run?.pid === undefined) return `liaison up   # ${why}`;
  return `kill ${run.pid}   # ends the one that runs; then \`${suggestedCommand('up')}\`: ${why}`;
}

/** One check; it may throw, which is a finding too. */
export interface Check {
  readonly name: string;
  readonly look: (patient: CheckContext) => Promise<CheckFinding> | CheckFinding;
}

export const ok = (says: string): CheckFinding => ({ state: 'ok', says });
/** `mend` may begin with `liaison`, and end with `   #` and a remark. */
export function bad(says: string, mend: string): CheckFinding {
  const [, words, remark = ''] = /^liaison (.*?)( {3}#.*)?$/.exec(mend) ?? [];
  return { state: 'bad', says, mend: words === undefined ? mend : `${suggestedCommand(words)}${remark}` };
}
export const lookAt = (says: string, mend: string): CheckFinding => ({ ...bad(says, mend), state: 'look' });
export const skip = (says: string): CheckFinding => ({ state: 'skip', says });

/** A check of a running federation. */
export function running(
  name: string,
  look: (patient: CheckContext & { readonly run: RunFile }) => Promise<CheckFinding> | CheckFinding,
): Check {
  return {
    name,
    look: ({ run, ...patient }) =>
      run === undefined ? skip('no federation runs') : look({ ...patient, run }),
  };
}
