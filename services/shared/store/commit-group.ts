import { LiaisonError } from '../kernel/errors.js';
import type { Database } from './sqlite.js';

/**
 * Runs `work` in a transaction; resolves with its result when it is on disk. Calls of one event-loop turn share a
 * transaction and its fsync, but an error fails its own call only. `work` must touch nothing but the database, because it
 * may run twice.
 */
export type Commit = <T>(work: () => T) => Promise<T>;

/** Groups writes to a database into transactions. */
export interface CommitGroup {
  readonly commit: Commit;
  /** Runs `work` with the next transaction, within 200 ms; for writes that are repeated when a crash loses them. */
  readonly commitLater: (work: () => void) => void;
  /** Resolves when every earlier call is on disk or has failed. */
  flush(): Promise<void>;
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

/** Creates the commit group of a database. */
export function createCommitGroup(db: Database): CommitGroup {
  let jobs: Job[] = [];
  const flushNow = (): void => {
    const group = jobs;
    jobs = [];
    isDue = false;
    if (group.length > 0) runGroup(db, group);
  };
  let isDue = false;
  const due = (): void => {
    if (isDue) return;
    isDue = true;
    setImmediate(flushNow);
  };
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
    flush: () => (jobs.length === 0 ? Promise.resolve() : commit(() => undefined)),
  };
}

function runGroup(db: Database, group: readonly Job[]): void {
  const [first] = group;
  if (first !== undefined && group.length === 1) return runAlone(db, first);
  try {
    const outcomes = db.transaction(() => group.map((job) => attempt(db, job)));
    for (const [index, job] of group.entries()) settle(job, outcomes[index]);
  } catch {
    // A failure of the database rolled back the whole group: run each alone, so that only the faulty one fails.
    for (const job of group) runAlone(db, job);
  }
  return undefined;
}

/** Runs a job in its own transaction, without a savepoint; most groups consist of a single job. */
function runAlone(db: Database, { work, resolve, reject }: Job): void {
  try {
    resolve(db.transaction(work));
  } catch (error) {
    reject(error);
  }
}

/** Runs a job in a savepoint: a `LiaisonError` that is not operational rolls back to it, others fail the group. */
function attempt(db: Database, job: Job): Outcome {
  try {
    return { type: 'done', value: db.transaction(job.work) };
  } catch (error) {
    if (error instanceof LiaisonError && error.family !== 'operational') return { type: 'failed', error };
    throw error;
  }
}

function settle(job: Job, outcome: Outcome | undefined): void {
  if (outcome?.type === 'done') job.resolve(outcome.value);
  else job.reject(outcome?.error);
}
