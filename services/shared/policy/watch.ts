import { type FSWatcher, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { errorFrom, type LiaisonError } from '../kernel/errors.js';
import { createCedarSlots } from './cedar-engine.js';
import { createCompiledEngine } from './compiled-engine.js';
import type { DirectoryFacts } from './facts.js';
import type { EvaluationFault } from './layers.js';
import { createPolicy, type Policy } from './plan.js';
import { type Digest, loadPolicies } from './policies.js';

export interface WatchOptions {
  readonly directory: DirectoryFacts;
  readonly digest: Digest;
  /** After every swap, the first included. */
  readonly onChange?: (policy: Policy) => void;
  /** The folder does not load: what was active stays active. */
  readonly onAlarm: (error: LiaisonError) => void;
  /** A rule or set could not be evaluated: the answer was deny. */
  readonly onError: (fault: EvaluationFault) => void;
}

/** A folder of policies, always as one whole snapshot. */
export interface PolicyHolder {
  /** Undefined until the folder has loaded once: the router must not pull. */
  current(): Policy | undefined;
  /** Vocabularies and facts come from the directory, so a new one makes a new snapshot. */
  setDirectory(directory: DirectoryFacts): void;
  /** Loads now; true when a snapshot is active afterwards that is what the folder says. */
  reload(): boolean;
  close(): void;
}

const SETTLE_MS = 50;

/** Loads the folder, and again whenever it changes. A broken one keeps the old and raises an alarm. */
export function watchPolicies(folder: string, options: WatchOptions): PolicyHolder {
  const slots = createCedarSlots();
  let { directory } = options;
  let active: { policy: Policy; directory: DirectoryFacts } | undefined;
  const reload = (): boolean => {
    try {
      const sets = loadPolicies(folder, directory, options.digest);
      if (active?.directory === directory && isSame(active.policy.digests, sets.digests)) return true;
      const policy = createPolicy({
        engine: createCompiledEngine(sets, slots),
        sets,
        directory,
        onError: options.onError,
      });
      active = { policy, directory };
      options.onChange?.(policy);
      return true;
    } catch (thrown) {
      options.onAlarm(errorFrom(thrown));
      return false;
    }
  };
  // Watching first: a change while the first load reads must not be lost.
  const close = watchFolders(folder, reload);
  reload();
  return {
    current: () => active?.policy,
    setDirectory(next) {
      directory = next;
      reload();
    },
    reload,
    close,
  };
}

function isSame(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

/** Watches the folder and the folders in it, one by one: Node's recursive watch loses files replaced by renaming. */
function watchFolders(folder: string, changed: () => void): () => void {
  let watchers: readonly FSWatcher[] = [];
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    for (const watcher of watchers) watcher.close();
  };
  const settle = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      stop();
      watchers = start();
      changed();
    }, SETTLE_MS);
    timer.unref();
  };
  const start = (): readonly FSWatcher[] =>
    foldersOf(folder).map((path) => watch(path, { persistent: false }, settle).on('error', settle));
  watchers = start();
  return () => {
    clearTimeout(timer);
    stop();
  };
}

function foldersOf(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return [
      folder,
      ...entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name)),
    ];
  } catch {
    return [];
  }
}
