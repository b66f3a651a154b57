import { LiaisonError } from '../kernel/errors.js';
import type { Database } from './sqlite.js';

/**
 * Runs `work` in a transaction; resolves with its result when it is on disk. Calls of one event-loop turn share a
 * transaction, but an error fails its own call only. `work` must touch nothing but the database, because it may run twice.
 */
export type Commit = <T>(work: () => T) => Promise<T>;

/** Groups writes to a database into transactions. */
export interface CommitGroup {
  readonly commit: Commit;
  /** Runs `work` with the next transaction, within 200 ms; for writes that are repeated when a crash loses them. */
  readonly commitLater: (work: () => void) => void;
  /** Resolves when every earlier call is on disk or has failed. */
  flush(): Promise<void>;
  /** Runs `work` while no transaction runs; commits wait for its end. */
  hold<T>(work: () => Promise<T>): Promise<T>;
}

interface CommitGroupParams {
  /** Resolves when everything that was committed before the call is on disk; by default at once, for what can be read again. */
  readonly flushed?: () => Promise<void>;
  /** Called after each transaction. */
  readonly onCommit?: () => void;
}

interface Job {
  readonly work: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type Outcome =
  | { readonly type: 'done'; readonly value: unknown }
  | { readonly type: 'failed'; readonly error: unknown };

const LATER_MS = 200;
const atOnce = (): Promise<void> => Promise.resolve();

/** Creates the commit group of a database. */
export function createCommitGroup(
  db: Database,
  { flushed = atOnce, onCommit = () => {} }: CommitGroupParams = {},
): CommitGroup {
  let jobs: Job[] = [];
  const { due, hold } = createTurn(() => {
    const group = jobs;
    jobs = [];
    if (group.length === 0) return;
    const outcomes = runGroup(db, group);
    onCommit();
    flushed().then(
      () => group.forEach((job, index) => settle(job, outcomes[index])),
      (error: unknown) => group.forEach(({ reject }) => reject(error)),
    );
  });
  const commit: Commit = <T>(work: () => T): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      jobs.push({ work, resolve: (value) => resolve(value as T), reject });
      due();
    });
  const commitLater = (work: () => void): void => {
    // A failure is ignored here: calls of `commit` on the same disk report it.
    jobs.push({ work, resolve: () => undefined, reject: () => undefined });
    setTimeout(due, LATER_MS).unref();
  };
  return {
    commit,
    commitLater,
    flush: () => (jobs.length === 0 ? flushed() : commit(() => undefined)),
    hold,
  };
}

/** Runs `run` in the next turn of the event loop once it is due, and not while it is held. */
function createTurn(run: () => void): Pick<CommitGroup, 'hold'> & { readonly due: () => void } {
  let [isDue, held] = [false, 0];
  const due = (): void => {
    if (isDue) return;
    isDue = true;
    setImmediate(() => {
      isDue = false;
      if (held === 0) run();
    });
  };
  return {
    due,
    hold: async (work) => {
      held += 1;
      try {
        return await work();
      } finally {
        held -= 1;
        due();
      }
    },
  };
}

function runGroup(db: Database, group: readonly Job[]): readonly Outcome[] {
  // Most groups consist of a single job, which needs no savepoint.
  if (group.length === 1) return group.map((job) => runAlone(db, job));
  try {
    return db.transaction(() => group.map((job) => attempt(db, job)));
  } catch {
    // A failure of the database rolled back the whole group: run each alone, so that only the faulty one fails.
    return group.map((job) => runAlone(db, job));
  }
}

function runAlone(db: Database, { work }: Job): Outcome {
  try {
    return { type: 'done', value: db.transaction(work) };
  } catch (error) {
    return { type: 'failed', error };
  }
}

/** Runs a job in a savepoint: a `LiaisonError` that is not operational rolls back to it, others fail the group. */
function attempt(db: Database, job: Job): Outcome {
  const outcome = runAlone(db, job);
  if (outcome.type === 'done') return outcome;
  const { error } = outcome;
  if (error instanceof LiaisonError && error.family !== 'operational') return outcome;
  throw error;
}

function settle(job: Job, outcome: Outcome | undefined): void {
  if (outcome?.type === 'done') job.resolve(outcome.value);
  else job.reject(outcome?.error);
}
