import { errorFrom, isCode, LiaisonError } from '../../kernel/errors.js';
import { createEngines } from '../compiled-engine.js';
import type { DirectoryFacts } from '../facts.js';
import type { Policy } from '../plan.js';
import type { PolicySets } from '../policies.js';
import {
  createSnapshot,
  isForSameNames,
  type LoadedPolicies,
  namesIn,
  type SnapshotOptions,
} from './active-snapshot.js';
import { stampOf, watchFolders } from './watch-folders.js';

/** Reads and checks a folder for the members of a directory; rejects as `loadPolicies` throws. */
export type LoadPolicies = (folder: string, directory: DirectoryFacts) => Promise<PolicySets>;

/** What `watchPolicies` needs, and the callbacks it reports to. */
export interface WatchOptions extends SnapshotOptions {
  /** An argument, because reading rules loads Cedar: the router has a child process do it (`createLoadInChild`). */
  readonly load: LoadPolicies;
}

/** A folder of policies, always as one whole snapshot. */
export interface PolicyHolder {
  /** Returns the active policy; undefined until the folder has loaded once, and the router must not pull until then. */
  current(): Policy | undefined;
  /** Returns why the folder as it is now is not active; undefined when it is, or was not read yet. */
  fault(): LiaisonError | undefined;
  /**
   * Replaces the directory. Facts about known members take effect immediately; new members and new group names once the
   * folder has loaded for them.
   */
  setDirectory(directory: DirectoryFacts): void;
  /** Loads the folder now; resolves to true when the active snapshot is what the folder holds. Never rejects. */
  reload(): Promise<boolean>;
  /** Stops watching; a load under way has no effect any more. */
  close(): void;
}

const RETRY_MS = 3_000;

/** Loads a folder now and after each change. A folder that does not load leaves the old snapshot active and alarms. */
export function watchPolicies(folder: string, options: WatchOptions): PolicyHolder {
  const engineOf = createEngines();
  const snapshot = createSnapshot(options);
  let retry: NodeJS.Timeout | undefined;
  let isClosed = false;
  const refuse = (error: LiaisonError): void => {
    // Invalid rules are fixed by a change of the folder, which starts a load; other failures may pass without a change.
    if (!isCode(error, 'policy-invalid')) retry = setTimeout(() => void reload(), RETRY_MS).unref();
    snapshot.refuse(error);
  };
  const reload = oneAtATime(async (): Promise<boolean> => {
    clearTimeout(retry);
    const [directory, stamp] = [snapshot.directory(), stampOf(folder)];
    const load = async (): Promise<LoadedPolicies> => {
      const sets = await options.load(folder, directory);
      return { sets, engine: await engineOf(sets), names: namesIn(directory) };
    };
    const loaded = await load().catch(errorFrom);
    if (isClosed) return false;
    // The directory or the files changed during the load, which may have read a mixture: its result and its faults are
    // dropped.
    const isOvertaken = !isForSameNames(directory, snapshot.directory()) || stamp !== stampOf(folder);
    if (isOvertaken) void reload();
    else if (loaded instanceof LiaisonError) refuse(loaded);
    else snapshot.take(loaded);
    return !isOvertaken && !(loaded instanceof LiaisonError);
  });
  // The watch begins before the first load, so that a change during that load is seen.
  const stop = watchFolders(folder, () => void reload());
  void reload();
  return {
    current: snapshot.policy,
    fault: snapshot.fault,
    setDirectory: (directory) => void (snapshot.follow(directory) || reload()),
    reload,
    close() {
      isClosed = true;
      clearTimeout(retry);
      stop();
    },
  };
}

/**
 * Returns a function that runs `work`, which never rejects, one run at a time. All calls during a run share one further
 * run, which begins after it and so sees the newest change.
 */
function oneAtATime<T>(work: () => Promise<T>): () => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | undefined;
  return () => {
    next ??= last.then(() => {
      next = undefined;
      return work();
    });
    last = next;
    return next;
  };
}
