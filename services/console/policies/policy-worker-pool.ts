import { fail } from '../../shared/kernel/errors.js';
import { createWorker, type Worker } from '../../shared/workbench/child/worker.js';
import type { ChildRequest, WorkbenchRequest } from './request.js';

/** Computes answers in child processes, so that an author's question does not delay the live tail. */
export interface PolicyWorkerPool {
  /**
   * Resolves with the answer. Throws `rate-limited` while the same viewer waits for another answer, and `busy` while all
   * workers are taken; otherwise calls `lookUp` and throws as it and the child do. Ends the child and throws when `signal` aborts.
   */
  ask(viewer: string, lookUp: () => Promise<WorkbenchRequest>, signal?: AbortSignal): Promise<unknown>;
  stop(): Promise<void>;
}

interface PolicyWorkerPoolDeps {
  /** Resolves with the folder of live policies. */
  readonly folder: () => Promise<string>;
  /** The built `child.js`. */
  readonly child: URL;
  /** How long a question may take. */
  readonly timeMs?: number;
  /** How many questions are answered at once. */
  readonly most?: number;
}

/** Enough for a symbolic comparison on a busy machine, where a child has a low priority. */
const ANSWER_TIMEOUT_MS = 240_000;

/** Creates the pool; a child process is started with the first question of a worker. */
export function createPolicyWorkerPool({
  folder,
  child,
  timeMs = ANSWER_TIMEOUT_MS,
  most = 2,
}: PolicyWorkerPoolDeps): PolicyWorkerPool {
  const free: Worker<ChildRequest>[] = Array.from({ length: most }, () => createWorker({ child, timeMs }));
  const all = [...free];
  const waiting = new Set<string>();
  return {
    async ask(viewer, lookUp, signal) {
      if (waiting.has(viewer))
        throw fail('rate-limited', 'your last question is not answered yet: ask one at a time');
      const worker = free.pop();
      if (worker === undefined)
        throw fail('busy', 'all workers are taken by other authors: try again in a moment');
      waiting.add(viewer);
      try {
        return await worker.ask({ folder: await folder(), request: await lookUp() }, signal);
      } finally {
        waiting.delete(viewer);
        free.push(worker);
      }
    },
    stop: async () => {
      await Promise.all(all.map((worker) => worker.stop()));
    },
  };
}
