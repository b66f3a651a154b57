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
  const look = (next: Directory): Directory => {
    checkKeys(next);
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
    stop: newest.stop,
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

/** Creates the check that raises `own-key-foreign` while a directory lists own keys that the home did not make. */
function createKeyCheck({
  ownKeys,
  clock,
  alarms,
}: Pick<HeldDirectoryDeps, 'ownKeys' | 'clock' | 'alarms'>): (next: Directory) => void {
  let reported = '';
  return (next) => {
    try {
      ownKeys.refresh();
    } catch (error) {
      alarms.raise('key-not-read', errorFrom(error), { place: 'own-keys.json' });
    }
    const keys = ownKeys.foreignIn(next, clock()).map(({ kid }) => kid);
    if (keys.join() === reported) return;
    reported = keys.join();
    if (keys.length === 0) alarms.end('own-key-foreign');
    else alarms.raise('own-key-foreign', {}, { keys });
  };
}
