import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fail } from '../../shared/kernel/errors.js';
import { projectRoot } from '../../shared/runtime/root.js';
import { ensureFolder } from '../init/make-folder.js';
import { withWriteErrors } from '../home/file-errors.js';
import type { ReadyMessage, Launched } from './supervise.js';

export interface ForkedProcess {
  /** A folder of `services/`. */
  readonly service: 'auditor' | 'router' | 'console' | 'gateway' | 'simulator';
  readonly settings: Readonly<Record<string, string | number>>;
  /** Where its log lines go. */
  readonly log: string;
  /** Takes its stdout; absent: stdout goes to the log too. */
  readonly onLine?: (line: string) => void;
}

const READY_MS = 60_000;
const LARGEST_LOG = 16 * 1024 * 1024;
/** Ten processes on one machine are kept small; a young generation that is too small costs more than it saves. */
const NODE_FLAGS = [
  '--max-semi-space-size=4',
  // Threads that help to collect garbage only take turns where ten processes share two cores.
  '--single-threaded-gc',
  '--max-old-space-size=256',
  '--disable-warning=ExperimentalWarning',
];
const PASSED_ON = /^(?:PATH|HOME|TZ|LANG|LC_.*|NODE_OPTIONS|NODE_EXTRA_CA_CERTS|LIAISON_.*)$/;

/** Starts a process of this build, with its own process group: a Ctrl-C ends it in our order, not all at once. */
export function forkProcess(entry: ForkedProcess): Launched {
  const log = openLog(entry.log);
  const child = fork(join(projectRoot, 'dist', 'services', entry.service, 'main.js'), [], {
    detached: true,
    execArgv: NODE_FLAGS,
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
  const kept = Object.entries(process.env).filter(([name]) => PASSED_ON.test(name));
  const set = Object.entries(settings).map(([name, value]) => [`LIAISON_${name}`, String(value)]);
  return { ...Object.fromEntries([...kept, ...set]), MALLOC_ARENA_MAX: '2' };
}

/** Its folder is in no backup: it is made where it is not. Throws `usage` where it cannot be written. */
export function openLog(path: string): number {
  ensureFolder(dirname(path));
  return withWriteErrors(path, () => {
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size > LARGEST_LOG) renameSync(path, `${path}.1`);
    return openSync(path, 'a', 0o600);
  });
}

/** Resolves when all it wrote has been read, too: the last line is what counts. */
function exitOf(child: ChildProcess): Launched['exited'] {
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal));
    child.once('error', () => resolve(null));
  });
}

function readyOf(child: ChildProcess, { service, log }: ForkedProcess): Promise<ReadyMessage> {
  const ready = new Promise<ReadyMessage>((resolve, reject) => {
    const late = setTimeout(() => reject(fail('timed-out', `\`${service}\` is not ready`)), READY_MS);
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

/** Why a program ended: the last line of its log that says so, a fatal log line, or the error that Node printed. */
export function lastWords(log: string): string {
  if (!existsSync(log)) return 'its log is gone';
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

function splitLines(child: ChildProcess, take: (line: string) => void): void {
  let rest = '';
  child.stdout?.setEncoding('utf8');
  child.stdout?.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') take(line);
  });
}
