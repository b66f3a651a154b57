import { pause } from '../../shared/kernel/pause.js';
import { errorFrom, fail, type LiaisonError } from '../../shared/kernel/errors.js';

/** What a started program says of itself when it serves. */
export type ReadyMessage = Readonly<Record<string, unknown>>;

/** One run of a program. */
export interface Launched {
  readonly pid: number;
  /** Rejects when it ends before it serves. */
  readonly ready: Promise<ReadyMessage>;
  /** How it ended: a code, or the name of a signal. */
  readonly exited: Promise<number | NodeJS.Signals | null>;
  readonly kill: (signal: NodeJS.Signals) => void;
}

export type ProcessEvent =
  | { readonly event: 'started'; readonly process: string; readonly pid: number }
  | { readonly event: 'ready'; readonly process: string; readonly pid: number }
  | { readonly event: 'ended'; readonly process: string; readonly pid: number; readonly how: string }
  | { readonly event: 'failed'; readonly process: string; readonly code: string; readonly message: string };

interface Supervision {
  readonly name: string;
  readonly launch: () => Promise<Launched>;
  readonly onEvent: (event: ProcessEvent) => void;
}

/** A program that is started again for as long as it is wanted. */
export interface Supervised {
  readonly name: string;
  /** The facts of the first run that served. */
  readonly ready: Promise<ReadyMessage>;
  readonly pid: () => number | undefined;
  /** Sends a signal to the run there is now; for faults on purpose. */
  readonly kill: (signal: NodeJS.Signals) => void;
  /** SIGTERM, SIGKILL when that takes too long; resolves when it has ended and stays so. */
  readonly stop: () => Promise<void>;
}

const FIRST_PAUSE_MS = 200;
const MAX_PAUSE_MS = 2_000;
/** Having served so long, the next failure begins with the shortest pause again. */
const STEADY_MS = 10_000;
/** A program that never served is not tried for ever: its configuration is wrong. */
const FIRST_TRIES = 5;
const STOP_MS = 12_000;

/** Starts it and keeps it. `ready` rejects with what ended its last try when it never serves. */
export function supervise(supervision: Supervision): Supervised {
  let current: Launched | undefined;
  let keeper: Promise<void> = Promise.resolve();
  const ending = new AbortController();
  const ready = new Promise<ReadyMessage>((resolve, reject) => {
    const run = (launched: Launched | undefined): void => {
      current = launched;
      // Stopped while it was being started.
      if (launched !== undefined && ending.signal.aborted) void end(launched);
    };
    keeper = keep(supervision, { run, resolve, reject, ending: ending.signal });
  });
  ready.catch(() => undefined);
  return {
    name: supervision.name,
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

/** A program that runs once and is not started again. `patience` in milliseconds, for it to end by itself. */
export function runOnce(name: string, launched: Launched, patience = STOP_MS): Supervised {
  let over = false;
  void launched.exited.then(() => {
    over = true;
  });
  return {
    name,
    ready: launched.ready,
    pid: () => (over ? undefined : launched.pid),
    kill: launched.kill,
    stop: () => end(launched, patience),
  };
}

interface Keeping {
  readonly run: (launched: Launched | undefined) => void;
  readonly resolve: (facts: ReadyMessage) => void;
  readonly reject: (error: LiaisonError) => void;
  readonly ending: AbortSignal;
}

async function keep(supervision: Supervision, { run, resolve, reject, ending }: Keeping): Promise<void> {
  let pauseMs = FIRST_PAUSE_MS;
  let served = false;
  for (let tries = 1; !ending.aborted; tries += 1) {
    const began = Date.now();
    const outcome = await once(supervision, run, (facts) => {
      served = true;
      resolve(facts);
    });
    if (ending.aborted) break;
    if (!served && tries >= FIRST_TRIES) {
      reject(outcome ?? fail('internal', `\`${supervision.name}\` does not start`));
      return;
    }
    if (Date.now() - began > STEADY_MS) pauseMs = FIRST_PAUSE_MS;
    await pause(pauseMs, ending);
    pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS);
  }
  reject(fail('busy', `\`${supervision.name}\` was stopped before it served`));
}

/** From start to end of one run; returns why it never served, if it did not. */
async function once(
  { name, launch, onEvent }: Supervision,
  run: Keeping['run'],
  resolve: Keeping['resolve'],
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
        // One that neither serves nor ends would be waited for without end.
        launched.kill('SIGKILL');
      },
    );
    run(launched);
    const how = await launched.exited;
    // Why it never served is known with its end, or a turn later.
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

async function end(launched: Launched, patience = STOP_MS): Promise<void> {
  launched.kill('SIGTERM');
  const late = setTimeout(() => launched.kill('SIGKILL'), patience);
  await launched.exited;
  clearTimeout(late);
}
