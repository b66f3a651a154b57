import { pause } from '../../shared/kernel/pause.js';
import { errorFrom, fail, type LiaisonError } from '../../shared/kernel/errors.js';

/** The facts that a program reports when it is ready. */
export type ReadyMessage = Readonly<Record<string, unknown>>;

/** One run of a program. */
export interface Launched {
  readonly pid: number;
  /** Rejects when the program ends before it is ready. */
  readonly ready: Promise<ReadyMessage>;
  /** Resolves with the exit code, or the name of the signal, that ended it. */
  readonly exited: Promise<number | NodeJS.Signals | null>;
  readonly kill: (signal: NodeJS.Signals) => void;
}

/** An event in the life of a supervised process. */
export type ProcessEvent =
  | { readonly event: 'started'; readonly process: string; readonly pid: number }
  | { readonly event: 'ready'; readonly process: string; readonly pid: number }
  | { readonly event: 'ended'; readonly process: string; readonly pid: number; readonly how: string }
  | { readonly event: 'failed'; readonly process: string; readonly code: string; readonly message: string };

interface SuperviseParams {
  readonly name: string;
  readonly launch: () => Promise<Launched>;
  readonly onEvent: (event: ProcessEvent) => void;
}

/** A program that is restarted until `stop`. */
export interface Supervised {
  readonly name: string;
  /** The facts of the first run that became ready. */
  readonly ready: Promise<ReadyMessage>;
  /** The process id of the current run. */
  readonly pid: () => number | undefined;
  /** Sends a signal to the current run; for fault injection. */
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Ends the program for good, by SIGTERM, then SIGKILL after 12 s; resolves when it has ended. */
  readonly stop: () => Promise<void>;
}

const FIRST_PAUSE_MS = 200;
const MAX_PAUSE_MS = 2_000;
/** After a run of this length, the next failure starts with the shortest pause again. */
const STABLE_RUN_MS = 10_000;
/** A program that never became ready is given up after this many starts, as its configuration must be wrong. */
const MAX_FIRST_STARTS = 5;
const STOP_TIMEOUT_MS = 12_000;

/** Starts a program and restarts it when it ends. `ready` rejects with the last error if it never becomes ready. */
export function supervise(params: SuperviseParams): Supervised {
  let current: Launched | undefined;
  let keeper: Promise<void> = Promise.resolve();
  const ending = new AbortController();
  const ready = new Promise<ReadyMessage>((resolve, reject) => {
    const run = (launched: Launched | undefined): void => {
      current = launched;
      // Ends a run whose start overlapped with `stop`.
      if (launched !== undefined && ending.signal.aborted) void end(launched);
    };
    keeper = keep(params, { run, resolve, reject, ending: ending.signal });
  });
  ready.catch(() => undefined);
  return {
    name: params.name,
    ready,
    pid: () => current?.pid,
    kill: (signal) => current?.kill(signal),
    stop: async () => {
      ending.abort();
      if (current !== undefined) await end(current);
      await keeper;
    },
  };
}

/** Supervises a program that runs once. `timeout` is how long it may take to end after SIGTERM, in milliseconds. */
export function runOnce(name: string, launched: Launched, timeout = STOP_TIMEOUT_MS): Supervised {
  let over = false;
  void launched.exited.then(() => {
    over = true;
  });
  return {
    name,
    ready: launched.ready,
    pid: () => (over ? undefined : launched.pid),
    kill: launched.kill,
    stop: () => end(launched, timeout),
  };
}

interface KeepParams {
  readonly run: (launched: Launched | undefined) => void;
  readonly resolve: (facts: ReadyMessage) => void;
  readonly reject: (error: LiaisonError) => void;
  readonly ending: AbortSignal;
}

async function keep(params: SuperviseParams, { run, resolve, reject, ending }: KeepParams): Promise<void> {
  let pauseMs = FIRST_PAUSE_MS;
  let served = false;
  for (let tries = 1; !ending.aborted; tries += 1) {
    const began = Date.now();
    const outcome = await once(params, run, (facts) => {
      served = true;
      resolve(facts);
    });
    if (ending.aborted) break;
    if (!served && tries >= MAX_FIRST_STARTS) {
      reject(outcome ?? fail('internal', `\`${params.name}\` does not start`));
      return;
    }
    if (Date.now() - began > STABLE_RUN_MS) pauseMs = FIRST_PAUSE_MS;
    await pause(pauseMs, ending);
    pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS);
  }
  reject(fail('busy', `\`${params.name}\` was stopped before it was ready`));
}

/** Runs the program once, from start to end; returns the error if it never became ready. */
async function once(
  { name, launch, onEvent }: SuperviseParams,
  run: KeepParams['run'],
  resolve: KeepParams['resolve'],
): Promise<LiaisonError | undefined> {
  let failure: LiaisonError | undefined;
  try {
    const launched = await launch();
    const { pid } = launched;
    onEvent({ event: 'started', process: name, pid });
    const served = launched.ready.then(
      (facts) => {
        onEvent({ event: 'ready', process: name, pid });
        resolve(facts);
      },
      (error: unknown) => {
        failure = errorFrom(error);
        // Kills a run that is neither ready nor ended.
        launched.kill('SIGKILL');
      },
    );
    run(launched);
    const how = await launched.exited;
    // Waits a turn of the event loop, as `ready` may reject just after the exit.
    await Promise.race([served, new Promise((resolve) => setImmediate(resolve))]);
    onEvent({ event: 'ended', process: name, pid, how: String(how) });
  } catch (error) {
    failure = errorFrom(error);
    onEvent({ event: 'failed', process: name, code: failure.code, message: failure.message });
  } finally {
    run(undefined);
  }
  return failure;
}

async function end(launched: Launched, timeout = STOP_TIMEOUT_MS): Promise<void> {
  launched.kill('SIGTERM');
  const late = setTimeout(() => launched.kill('SIGKILL'), timeout);
  await launched.exited;
  clearTimeout(late);
}
