import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fail } from '../../shared/kernel/errors.js';
import { projectRoot } from '../../shared/runtime/root.js';
import { ensureFolder } from '../init/make-folder.js';
import { withWriteErrors } from '../home/file-errors.js';
import { readyTimeout } from './ready-timeout.js';
import type { ReadyMessage, Launched } from './supervise.js';

/** A service to fork. */
export interface ForkedProcess {
  /** A folder of `services/`. */
  readonly service: 'auditor' | 'router' | 'console' | 'gateway' | 'simulator';
  /** Its settings, by the name of the variable without `LIAISON_`. */
  readonly settings: Readonly<Record<string, string | number>>;
  /** How many organisations it serves, which decides the size of its heap; 1 by default. */
  readonly organisations?: number;
  /** The file of its log. */
  readonly log: string;
  /** Receives each line of its stdout. When absent, stdout goes to the log. */
  readonly onLine?: (line: string) => void;
}

const MAX_LOG_BYTES = 16 * 1024 * 1024;
/** Limits the memory of ten processes on one machine; a smaller young generation costs more than it saves. */
const NODE_FLAGS = [
  '--max-semi-space-size=4',
  // Parallel garbage collection does not pay where ten processes share two cores.
  '--single-threaded-gc',
  '--disable-warning=ExperimentalWarning',
];
/** MiB of heap that a process may use: at least, and for each organisation that it serves. V8 lets a smaller heap grow in smaller steps. */
const HEAP_MIB = { least: 256, each: 8 };
const INHERITED_VARIABLES = /^(?:PATH|HOME|TZ|LANG|LC_.*|NODE_OPTIONS|NODE_EXTRA_CA_CERTS|LIAISON_.*)$/;

/** Forks a service of this build in its own process group, so that Ctrl-C reaches only `up`, which ends them in order. */
export function forkProcess(entry: ForkedProcess): Launched {
  const log = openLog(entry.log);
  const heapMiB = Math.max(HEAP_MIB.least, HEAP_MIB.each * (entry.organisations ?? 1));
  const child = fork(join(projectRoot, 'dist', 'services', entry.service, 'main.js'), [], {
    detached: true,
    execArgv: [...NODE_FLAGS, `--max-old-space-size=${heapMiB}`],
    env: environment(entry.settings),
    stdio: ['ignore', entry.onLine === undefined ? log : 'pipe', log, 'ipc'],
  });
  closeSync(log);
  if (entry.onLine !== undefined) splitLines(child, entry.onLine);
  const { pid } = child;
  if (pid === undefined) throw fail('unreachable', `\`${entry.service}\` could not be started`);
  return {
    pid,
    ready: readyOf(child, entry),
    exited: exitOf(child),
    kill: (signal) => void child.kill(signal),
  };
}

function environment(settings: ForkedProcess['settings']): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => INHERITED_VARIABLES.test(name));
  const set = Object.entries(settings).map(([name, value]) => [`LIAISON_${name}`, String(value)]);
  return { ...Object.fromEntries([...inherited, ...set]), MALLOC_ARENA_MAX: '2' };
}

/** Opens a log file for appending, after rotating a large one; creates its folder, which backups leave out. Throws `usage`. */
export function openLog(path: string): number {
  ensureFolder(dirname(path));
  return withWriteErrors(path, () => {
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size > MAX_LOG_BYTES) renameSync(path, `${path}.1`);
    return openSync(path, 'a', 0o600);
  });
}

/** Resolves once the process ended and all its output was read, as the last line contains the summary. */
function exitOf(child: ChildProcess): Launched['exited'] {
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal));
    child.once('error', () => resolve(null));
  });
}

function readyOf(
  child: ChildProcess,
  { service, log, organisations = 1 }: ForkedProcess,
): Promise<ReadyMessage> {
  const ready = new Promise<ReadyMessage>((resolve, reject) => {
    const giveUp = (): void => reject(fail('timed-out', `\`${service}\` is not ready`));
    const late = setTimeout(giveUp, readyTimeout(organisations));
    const endedEarly = (): void => {
      clearTimeout(late);
      reject(fail('unreachable', `\`${service}\` ended while it started: ${lastWords(log)} (\`${log}\`)`));
    };
    child.once('exit', endedEarly);
    child.on('message', (message) => {
      const { type, ...facts } = Object(message) as { readonly type?: unknown };
      if (type !== 'ready') return;
      clearTimeout(late);
      child.off('exit', endedEarly);
      resolve(facts);
    });
  });
  ready.catch(() => undefined);
  return ready;
}

/** Returns why a program ended, from its log: the last fatal line or error of Node, else the last line. */
export function lastWords(log: string): string {
  if (!existsSync(log)) return 'its log is missing';
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-40).reverse();
  const words = lines.map(whyIn).find((why) => why !== undefined);
  return words ?? lines[0] ?? '';
}

const FATAL = 60;

function whyIn(line: string): string | undefined {
  try {
    const { level, msg } = JSON.parse(line) as { readonly level?: unknown; readonly msg?: unknown };
    return level === FATAL && typeof msg === 'string' ? msg : undefined;
  } catch {
    return /^\w*Error\b/.test(line) ? line : undefined;
  }
}

function splitLines(child: ChildProcess, onLine: (line: string) => void): void {
  let rest = '';
  child.stdout?.setEncoding('utf8');
  child.stdout?.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') onLine(line);
  });
}
