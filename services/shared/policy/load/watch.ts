import { errorFrom, isCode, LiaisonError } from '../../kernel/errors.js';
import { createEngines } from '../compiled-engine.js';
import { type DirectoryFacts, isForSameFacts } from '../facts.js';
import type { Policy } from '../plan.js';
import type { PolicySets } from '../policies.js';
import { createSnapshot, type LoadedPolicies, namesIn, type SnapshotOptions } from './active-snapshot.js';
import { stampOf, watchFolders } from './watch-folders.js';

/** Policies that may become active. */
export interface LoadedFolder {
  readonly sets: PolicySets;
  /** Digest of the bundle that the sets are from, if any. */
  readonly bundle?: string;
  /** The directory whose members and groups the rules may name; by default the one that was asked for. */
  readonly loadedFor?: DirectoryFacts;
  /** Returns the facts by which these policies decide, given those of the directory; by default the latter. */
  readonly factsBy?: (directory: DirectoryFacts) => DirectoryFacts;
  /**
   * False for policies that are not those of the folder, such as the adopted ones at a start: the folder is
   * loaded next.
   */
  readonly isFolder: boolean;
  /** Called before the policies become active; when it throws they do not. */
  readonly commit?: () => void;
}

/** Reads and checks a folder for the members of a directory; rejects as `loadPolicies` throws. */
export type LoadFolder = (folder: string, directory: DirectoryFacts) => Promise<LoadedFolder>;

/** What `watchPolicies` needs, and the callbacks it reports to. */
export interface WatchOptions extends SnapshotOptions {
  /** An argument, because reading rules loads Cedar: the router has a child process do it (`createLoadInChild`). */
  readonly load: LoadFolder;
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

type PreparedFolder = LoadedPolicies & Pick<LoadedFolder, 'commit' | 'isFolder'>;

const RETRY_MS = 3_000;
/** How long to wait after a loader died, in multiples of its running time: else rules beyond its limits keep a core busy. */
const REST = 4;
const MAX_RETRY_MS = 600_000;

/** Loads a folder now and after each change. A folder that does not load leaves the old snapshot active and alarms. */
export function watchPolicies(folder: string, options: WatchOptions): PolicyHolder {
  const prepare = createPrepare(folder, options);
  const snapshot = createSnapshot(options);
  const retry = createRetry(() => void reload());
  let isClosed = false;
  const reload = oneAtATime(async (): Promise<boolean> => {
    retry.cancel();
    const [directory, stamp, begun] = [snapshot.directory(), stampOf(folder), performance.now()];
    const prepared = await prepare(directory).catch(errorFrom);
    if (isClosed) return false;
    // Directory or files changed during the load, which may have read a mixture and judged it with other facts: its result and
    // faults are dropped.
    if (!isForSameFacts(directory, snapshot.directory()) || stamp !== stampOf(folder)) {
      void reload();
      return false;
    }
    const loaded = committed(prepared);
    if (loaded instanceof LiaisonError) {
      retry.after(loaded, performance.now() - begun);
      // Reports the same refusal only once.
      if (snapshot.fault() !== loaded) snapshot.refuse(loaded);
      return false;
    }
    snapshot.take(loaded);
    // These policies are not from the folder, which is still to be loaded.
    if (!loaded.isFolder) void reload();
    return loaded.isFolder;
  });
  // The watch begins before the first load, so that a change during that load is seen.
  const stop = watchFolders(folder, () => void reload());
  void reload();
  return {
    current: snapshot.policy,
    fault: snapshot.fault,
    setDirectory(directory) {
      // What was refused with the former facts may pass with these.
      if (!snapshot.follow(directory) || snapshot.fault() !== undefined) void reload();
    },
    reload,
    close() {
      isClosed = true;
      retry.cancel();
      stop();
    },
  };
}

/** Returns a timer that loads a refused folder again, given how long the refused load took. */
function createRetry(reload: () => void) {
  let timer: NodeJS.Timeout | undefined;
  return {
    after(error: LiaisonError, tookMs: number): void {
      // Invalid rules are fixed by a change of the folder, which starts a load; other failures may pass without a change.
      if (isCode(error, 'policy-invalid')) return;
      const restMs = isCode(error, 'policy-missing') ? REST * tookMs : 0;
      timer = setTimeout(reload, Math.min(Math.max(RETRY_MS, restMs), MAX_RETRY_MS)).unref();
    },
    cancel(): void {
      clearTimeout(timer);
    },
  };
}

function createPrepare(folder: string, { load }: WatchOptions) {
  const engineOf = createEngines();
  return async (directory: DirectoryFacts): Promise<PreparedFolder> => {
    const { loadedFor = directory, ...loaded } = await load(folder, directory);
    return { ...loaded, engine: await engineOf(loaded.sets), names: namesIn(loadedFor) };
  };
}

/** Runs the commit of loaded policies, and returns why it failed. */
function committed(prepared: PreparedFolder | LiaisonError): PreparedFolder | LiaisonError {
  if (prepared instanceof LiaisonError) return prepared;
  try {
    prepared.commit?.();
    return prepared;
  } catch (thrown) {
    return errorFrom(thrown);
  }
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
