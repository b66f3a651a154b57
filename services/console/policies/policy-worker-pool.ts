import { fail } from '../../shared/kernel/errors.js';
import type { WorkbenchRequest } from './request.js';
import { createWorker, type Worker } from './worker.js';

/** Works out answers beside the console, so that whoever watches the live tail does not wait for an author. */
export interface PolicyWorkerPool {
  /**
   * Throws `rate-limited` while the same viewer waits for another answer, `busy` while too many do; only else is what the
   * question needs looked up.
   */
  ask(viewer: string, lookUp: () => Promise<WorkbenchRequest>): Promise<unknown>;
  stop(): Promise<void>;
}

interface PolicyWorkerPoolDeps {
  /** The folder of policies that is live. */
  readonly folder: string;
  /** The built `child.js`. */
  readonly child: URL;
  readonly timeMs?: number;
  /** How many answers are worked out at once. */
  readonly most?: number;
}

/** A symbolic comparison takes seconds on a machine that has little time. */
const TIME_MS = 60_000;

export function createPolicyWorkerPool({
  folder,
  child,
  timeMs = TIME_MS,
  most = 2,
}: PolicyWorkerPoolDeps): PolicyWorkerPool {
  const free: Worker[] = Array.from({ length: most }, () => createWorker({ child, timeMs }));
  const all = [...free];
  const waiting = new Set<string>();
  return {
    async ask(viewer, lookUp) {
      if (waiting.has(viewer))
        throw fail('rate-limited', 'your last question is still worked on: one at a time');
      const worker = free.pop();
      if (worker === undefined) throw fail('busy', 'others ask just now: try again in a moment');
      waiting.add(viewer);
      try {
        return await worker.ask({ folder, asked: await lookUp() });
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
