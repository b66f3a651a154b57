import type { Clock } from '../../shared/kernel/clock.js';
import { errorFrom } from '../../shared/kernel/errors.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { DirectoryHolder } from '../../shared/trust/directory-holder.js';
import { withoutAdditions } from '../../shared/trust/directory/without-additions.js';
import type { OwnKeys } from './own-keys.js';
import type { ProvedFile } from './proved-file.js';

/** A version of the directory whose additions do not count yet, and the last one that counts as a whole. */
export interface PendingDirectory {
  readonly held: Directory;
  readonly next: Directory;
}

/** The directory of a gateway: what a version takes away counts at once, what it adds once it is proved to be on the log. */
export interface HeldDirectory extends DirectoryHolder {
  /** Undefined while the newest version counts as a whole. */
  pending(): PendingDirectory | undefined;
  /** Lets the version count as a whole, now and after a restart. Does nothing if a newer one arrived. */
  prove(next: Directory): void;
}

interface HeldDirectoryDeps {
  /** The newest version that the root signed. */
  readonly newest: DirectoryHolder;
  /** The last version that counts as a whole. */
  readonly proved: Directory;
  readonly file: ProvedFile;
  readonly ownKeys: OwnKeys;
  readonly clock: Clock;
  readonly alarms: Alarms;
}

/** Creates the directory of a gateway over the newest one. */
export function holdDirectory({ newest, proved, file, ownKeys, ...deps }: HeldDirectoryDeps): HeldDirectory {
  const listeners: ((directory: Directory) => void)[] = [];
  const checkKeys = createKeyCheck({ ...deps, ownKeys });
  let held = proved;
  let retry: NodeJS.Timeout | undefined;
  const look = (next: Directory): Directory => {
    clearTimeout(retry);
    if (!checkKeys(next)) retry = setTimeout(() => replace(look(newest.current())), KEYS_RETRY_MS).unref();
    return next.digest === held.digest ? next : withoutAdditions(held, next, ownKeys.has);
  };
  let counting = look(newest.current());
  const replace = (directory: Directory): void => {
    counting = directory;
    for (const notify of listeners) notify(directory);
  };
  newest.follow((next) => replace(look(next)));
  return {
    current: () => counting,
    follow: (listener) => void listeners.push(listener),
    adopt: newest.adopt,
    stop: () => {
      clearTimeout(retry);
      newest.stop();
    },
    pending: () => {
      const next = newest.current();
      return next.digest === held.digest ? undefined : { held, next };
    },
    prove: (next) => {
      if (next.digest !== newest.current().digest || next.digest === held.digest) return;
      file.write(next.frame);
      held = next;
      replace(next);
    },
  };
}

/** The pause before the key files of the home are read again, where they could not be. */
const KEYS_RETRY_MS = 2_000;

/**
 * Creates the check that raises `own-key-foreign` while a directory lists own keys that the home does not know. It returns false if
 * the keys of the home cannot be read or noted, and raises `key-not-read` for each new fault.
 */
function createKeyCheck({
  ownKeys,
  clock,
  alarms,
}: Pick<HeldDirectoryDeps, 'ownKeys' | 'clock' | 'alarms'>): (next: Directory) => boolean {
  let reported = '';
  let fault: string | undefined;
  const refresh = (): void => {
    try {
      ownKeys.refresh();
      fault = undefined;
    } catch (thrown) {
      const error = errorFrom(thrown);
      if (error.message !== fault) alarms.raise('key-not-read', error, { place: 'own-keys.json' });
      fault = error.message;
    }
  };
  return (next) => {
    refresh();
    const keys = ownKeys.foreignIn(next, clock()).map(({ kid }) => kid);
    if (keys.join() !== reported) {
      reported = keys.join();
      if (keys.length === 0) alarms.end('own-key-foreign');
      else alarms.raise('own-key-foreign', {}, { keys });
    }
    return fault === undefined;
  };
}
