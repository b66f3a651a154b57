import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

/** One checkpoint that the worker is to run; `CLOSE` ends its connection to the database. */
export interface CheckpointAsked {
  /** The path of the database. */
  readonly path: string;
  readonly mode: 'PASSIVE' | 'TRUNCATE' | 'CLOSE';
}

/** What became of it. `part`: a reader or a writer kept it from being complete. `failed`: for any other reason. */
export type CheckpointOutcome = 'whole' | 'part' | 'failed' | 'disk-failed';

/** Node runs no TypeScript in a worker: a program that is run from its sources uses the built one. */
const FOLDER = extname(import.meta.url) === '.ts' ? '../../../../dist/services/shared/store/wal/' : './';
const WORKER = new URL(`${FOLDER}checkpoint-worker.js`, import.meta.url);
/** In MiB; V8 reserves more for a thread otherwise. */
const LIMITS = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 };

type Ask = (asked: CheckpointAsked) => Promise<CheckpointOutcome>;

let thread: Worker | undefined;
let settle: (outcome: CheckpointOutcome) => void = () => {};
let turn: Promise<unknown> = Promise.resolve();

/**
 * Runs `work` once no other work uses the one worker of this process, so that what it holds meanwhile waits for its own checkpoints
 * alone.
 */
export function withWorker<T>(work: (ask: Ask) => Promise<T>): Promise<T> {
  const done = turn.then(() => work(ask));
  turn = done.catch(() => undefined);
  return done;
}

/** Runs a checkpoint in the worker, which the first call starts. */
function ask(asked: CheckpointAsked): Promise<CheckpointOutcome> {
  return new Promise((resolve) => {
    settle = (outcome) => {
      thread?.unref();
      resolve(outcome);
    };
    try {
      thread ??= startThread();
      // The process does not end while the answer is awaited.
      thread.ref();
      thread.postMessage(asked, []);
    } catch {
      // The system has no room for a thread: a later call tries again.
      resolve('failed');
    }
  });
}

function startThread(): Worker {
  const started = new Worker(WORKER, { resourceLimits: LIMITS });
  started.on('message', (outcome: CheckpointOutcome) => settle(outcome));
  // A later call starts another.
  started.once('error', () => undefined);
  started.once('exit', () => {
    thread = undefined;
    settle('failed');
  });
  return started;
}
