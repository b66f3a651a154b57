import { LiaisonError } from '../kernel/errors.js';
import type { Database } from './sqlite.js';

/**
 * Durable when it resolves. What comes together is one transaction, hence one flush of the disk; while it blocks, the
 * next group gathers. `work` touches the database only, may run twice, and fails alone.
 */
export type Commit = <T>(work: () => T) => Promise<T>;

export interface CommitGroup {
  readonly commit: Commit;
  /** For what a crash may take, because it is done again then: it goes with the next group, at the latest in 200 ms. */
  readonly commitLater: (work: () => void) => void;
  /** Resolves when everything that was handed in before is on the disk or failed. */
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
    // Whoever waits for the same disk hears of its fault.
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
    // A fault of the database itself ended the transaction: alone, each is judged by its own fault.
    for (const job of group) runAlone(db, job);
  }
  return undefined;
}

/** Most groups are one job: it needs no step of its own within the transaction. */
function runAlone(db: Database, { work, resolve, reject }: Job): void {
  try {
    resolve(db.transaction(work));
  } catch (error) {
    reject(error);
  }
}

/** A refusal rolls back to its own savepoint; anything else gives up the whole group. */
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
