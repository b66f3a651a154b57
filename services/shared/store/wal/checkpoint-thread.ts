import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

/** One checkpoint that the worker is to run; `CLOSE` ends its connection to the database. */
export interface CheckpointAsked {
  readonly id: number;
  /** The path of the database. */
  readonly path: string;
  readonly mode: 'PASSIVE' | 'TRUNCATE' | 'CLOSE';
}

/** What became of it. `part`: a reader or a writer kept it from being complete. `failed`: for any other reason. */
export interface CheckpointAnswer {
  readonly id: number;
  readonly outcome: 'whole' | 'part' | 'failed' | 'disk-failed';
}

/** Node runs no TypeScript in a worker: a program that is run from its sources uses the built one. */
const FOLDER = extname(import.meta.url) === '.ts' ? '../../../../dist/services/shared/store/wal/' : './';
const WORKER = new URL(`${FOLDER}checkpoint-worker.js`, import.meta.url);
/** In MiB; V8 reserves more for a thread otherwise. */
const LIMITS = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 };

type Settle = (outcome: CheckpointAnswer['outcome']) => void;

const pending = new Map<number, Settle>();
let thread: Worker | undefined;
let asked = 0;

/** Runs a checkpoint in the one worker of this process, which the first call starts; it runs one after another. */
export function askCheckpoint(
  path: string,
  mode: CheckpointAsked['mode'],
): Promise<CheckpointAnswer['outcome']> {
  return new Promise((resolve) => {
    const id = (asked += 1);
    pending.set(id, resolve);
    thread ??= startThread();
    // The process does not end while an answer is awaited.
    thread.ref();
    thread.postMessage({ id, path, mode } satisfies CheckpointAsked, []);
  });
}

function startThread(): Worker {
  const started = new Worker(WORKER, { resourceLimits: LIMITS });
  const settle = (id: number, outcome: CheckpointAnswer['outcome']): void => {
    pending.get(id)?.(outcome);
    pending.delete(id);
    if (pending.size === 0) started.unref();
  };
  started.on('message', ({ id, outcome }: CheckpointAnswer) => settle(id, outcome));
  // A later call starts another.
  started.once('error', () => undefined);
  started.once('exit', () => {
    thread = undefined;
    for (const id of pending.keys()) settle(id, 'failed');
  });
  return started;
}
