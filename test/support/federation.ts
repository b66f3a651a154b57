import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive, type RunFile } from '../../services/cli/home/run-file.js';
import { type Home, homeAt } from '../../services/shared/runtime/home.js';
import { projectRoot } from '../../services/shared/runtime/root.js';
import { untilFrozen } from './processes/freeze.js';
import { until } from './until.js';

/** The output and exit code of a command. */
export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout read as NDJSON; lines that are not JSON are left out. */
  readonly records: readonly Json[];
}

export type Json = Readonly<Record<string, unknown>>;

/** `up` as a child on a home of its own: the built command line, as a user runs it. */
export interface TestFederation {
  readonly home: Home;
  readonly orgs: readonly string[];
  readonly pid: number;
  readonly run: () => RunFile;
  /** What `up` has written so far. */
  readonly records: () => readonly Json[];
  /** Runs another verb on the same home. */
  readonly cli: (...words: readonly string[]) => Promise<Outcome>;
  /** Sends a signal to one process of the federation: `router`, `gateway-europol`, `nats`, … Returns its pid. */
  readonly kill: (process: string, signal?: NodeJS.Signals) => number;
  /** Stops a process without ending it, as on a stuck machine; resolves with its pid once it does nothing any more. */
  readonly freeze: (process: string) => Promise<number>;
  /** Resolves with the pid of the process with this name, once it differs from `not`. */
  readonly pidOf: (process: string, not?: number) => Promise<number>;
  /** Signals `up` itself and waits for its end; the home stays. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<Outcome>;
  /** Resolves when `up` has ended by itself. */
  readonly ended: Promise<Outcome>;
  readonly close: () => Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

interface Options {
  /** The verb that runs until it is stopped; `up` by default. */
  readonly verb?: readonly string[];
  /** Words after the verb; `--no-traffic` after `up` by default. */
  readonly words?: readonly string[];
  /** Runs each gateway in a process of its own, which `kill` can signal: `gateway-europol`. */
  readonly separate?: boolean;
  /** An existing home, which is not removed. */
  readonly home?: Home;
  readonly env?: NodeJS.ProcessEnv;
  /** The Node that runs the command line and, through it, every process; that of the tests by default. */
  readonly node?: string;
  /** The folder of the build to run; this one by default. */
  readonly build?: string | undefined;
  /** Words before each command, as a network namespace has. */
  readonly under?: readonly string[];
}

/** `up` itself waits a minute for its processes, and takes some time before and after that. */
const READY_MS = 120_000;

/** Returns an unused folder for a home. */
export function freshHome(): Home {
  return homeAt(join(mkdtempSync(join(tmpdir(), 'liaison-e2e-')), 'home'));
}

/** Makes the home of a demonstration, on which a test may start `up` again and again. */
export async function demoHome(): Promise<Home> {
  const home = freshHome();
  const made = await liaison(home, ['init', '--demo']);
  if (made.code !== 0) throw new Error(`init ended with ${made.code}: ${made.stderr}`);
  return home;
}

/** Removes the folder of a fresh home, also what a test wrote beside the home. */
export function removeHome({ root }: Home): void {
  rmSync(join(root, '..'), { recursive: true, force: true });
}

/** Runs a verb to its end. */
export function liaison(
  home: Home,
  words: readonly string[],
  options: Pick<Options, 'env' | 'under'> = {},
): Promise<Outcome> {
  return outcomeOf(spawnCli(home, words, options)).ended;
}

/** Starts `up --json`, or another verb, and waits until everything serves. */
export async function startFederation(options: Options = {}): Promise<TestFederation> {
  const home = options.home ?? freshHome();
  const { verb, words = verb === undefined ? ['--no-traffic'] : [] } = options;
  const separate = options.separate === true ? ['--separate'] : [];
  const child = spawnCli(home, [...(verb ?? ['up']), '--json', ...separate, ...words], options);
  const said = outcomeOf(child);
  const run = (): RunFile => JSON.parse(readFileSync(home.run, 'utf8')) as RunFile;
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<Outcome> => {
    child.kill(signal);
    return said.ended;
  };
  const close = async (): Promise<void> => {
    await stop();
    if (options.home === undefined) removeHome(home);
  };
  await untilRunning(said);
  const kill = (name: string, signal: NodeJS.Signals = 'SIGKILL'): number => {
    const pid = run().processes[name];
    if (pid === undefined) throw new Error(`no process ${name} runs`);
    process.kill(pid, signal);
    return pid;
  };
  return {
    home,
    orgs: Object.keys(run().gateways),
    pid: child.pid ?? 0,
    run,
    records: said.records,
    cli: (...words) => outcomeOf(spawnCli(home, words, options)).ended,
    kill,
    freeze: async (name) => {
      const pid = kill(name, 'SIGSTOP');
      await untilFrozen(pid);
      return pid;
    },
    pidOf: (name, not) =>
      until(`${name} to run`, () => {
        const pid = run().processes[name];
        return pid === undefined || pid === not || !isAlive(pid) ? undefined : pid;
      }),
    stop,
    ended: said.ended,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Starts `up --json`; sends it SIGKILL once a process with this text in its arguments runs, ready or not. */
export async function killAsItStarts(home: Home, words: readonly string[], program: string): Promise<void> {
  const { child, ended } = outcomeOf(spawnCli(home, ['up', '--json', ...words]));
  const isThere = (line: string): boolean => line.includes(program);
  const there = until(`\`${program}\``, () => leftRunning(home).find(isThere));
  const early = await Promise.race([there.then(() => undefined), ended]);
  if (early !== undefined) throw new Error(`up ended with ${early.code}: ${early.stderr}`);
  child.kill('SIGKILL');
}

/** Processes whose environment or arguments name this home: none may be left when `up` has ended. */
export function leftRunning(home: Home): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      const words = read(`/proc/${pid}/cmdline`);
      const settings = read(`/proc/${pid}/environ`).split('\0');
      const ours = words.includes(home.root) || settings.includes(`LIAISON_HOME=${home.root}`);
      return ours ? [`${pid} ${words.replaceAll('\0', ' ').trim()}`] : [];
    });
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function spawnCli(
  home: Home,
  words: readonly string[],
  {
    env = {},
    node = process.execPath,
    build = projectRoot,
    under = [],
  }: Pick<Options, 'env' | 'node' | 'build' | 'under'> = {},
): ChildProcess {
  const main = join(build, 'dist/services/cli/main.js');
  // The flag of `scripts/liaison`: Node 20 warns at each start that Ed25519 is experimental.
  const [command = node, ...given] = [
    ...under,
    node,
    '--disable-warning=ExperimentalWarning',
    main,
    ...words,
  ];
  return spawn(command, given, {
    env: { ...process.env, NO_COLOR: '1', ...env, LIAISON_HOME: home.root },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

interface Said {
  readonly child: ChildProcess;
  readonly ended: Promise<Outcome>;
  readonly records: () => readonly Json[];
}

function outcomeOf(child: ChildProcess): Said {
  const text = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (text.stdout += chunk));
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (text.stderr += chunk));
  const records = (): readonly Json[] =>
    text.stdout.split('\n').flatMap((line) => {
      try {
        return [JSON.parse(line) as Json];
      } catch {
        return [];
      }
    });
  const ended = new Promise<Outcome>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, ...text, records: records() }));
  });
  return { child, ended, records };
}

async function untilRunning({ child, ended, records }: Said): Promise<void> {
  const running = until('`up` to run', () => records().find(({ event }) => event === 'running'), READY_MS);
  const early = await Promise.race([running.then(() => undefined), ended]);
  if (early !== undefined) throw new Error(`up ended with ${early.code}: ${early.stderr}`);
  if (child.exitCode !== null) throw new Error('up has ended');
}
