import { readFileSync, statSync } from 'node:fs';
import { errorFrom, fail, type LiaisonError } from '../kernel/errors.js';
import { type Directory, openDirectory } from './directory.js';
import type { PublicJwk } from './jwk.js';
import { checkSuccession } from './succession.js';

/** How a directory came, or where it was to be kept for the next start. */
export type DirectoryWay = 'file' | 'offered' | 'kept';

/** How a directory is watched. None who is told may throw. */
export interface DirectoryEvents {
  /** What was offered is not used; the directory held stays. */
  readonly onAlarm: (error: LiaisonError, way: DirectoryWay) => void;
  /** The file changed, and holds what is held now. */
  readonly onWell?: () => void;
  /** Milliseconds between two looks at the file; a revocation must take effect within 5 s. */
  readonly interval?: number;
  /** A signed directory that was held before: it may be newer than the file, or all there is. */
  readonly kept?: string | undefined;
  /** It comes another way too, so that a file older than what was held before is no alarm at the start. */
  readonly fileMayBeOld?: boolean;
}

/** The one directory of a process: a snapshot that is swapped whole. */
export interface DirectoryHolder {
  current(): Directory;
  /** Calls it with each directory that is taken from now on; it may not throw. */
  follow(listener: (directory: Directory) => void): void;
  /** Takes a signed directory that came another way if it is newer; true when it did. Alarms, never throws. */
  adopt(jws: string): Promise<boolean>;
  stop(): void;
}

/**
 * Opens the directory at `path` (throws when that fails) and watches the file. One that is bad, older or does not
 * follow keeps the old and alarms, once a change of the file. It begins with the newer of the file and the kept one.
 */
export async function watchDirectory(
  path: string,
  anchor: PublicJwk,
  { onAlarm, onWell, interval = 500, ...beginning }: DirectoryEvents,
): Promise<DirectoryHolder> {
  let stamp = stampOf(path);
  let held = await begin(path, anchor, { onAlarm, ...beginning });
  const listeners: ((directory: Directory) => void)[] = [];
  let queue = Promise.resolve(false);

  const take = async (load: () => string, way: DirectoryWay): Promise<boolean> => {
    try {
      const next = await openDirectory(load(), anchor);
      checkSuccession(held, next);
      if (way === 'file') onWell?.();
      if (next.version === held.version) return false;
      held = next;
      for (const tell of listeners) tell(next);
      return true;
    } catch (error) {
      onAlarm(errorFrom(error), way);
      return false;
    }
  };
  // One after the other: two that arrive together must both be compared with what is held by then.
  const offer = (load: () => string, way: DirectoryWay): Promise<boolean> => {
    queue = queue.then(() => take(load, way));
    return queue;
  };
  // Polling sees a file that was replaced by a rename, on every file system, and costs one `stat`.
  const timer = setInterval(() => {
    const now = stampOf(path);
    if (now === stamp) return;
    stamp = now;
    void offer(() => read(path), 'file');
  }, interval).unref();
  return {
    current: () => held,
    follow: (listener) => void listeners.push(listener),
    adopt: (jws) => offer(() => jws, 'offered'),
    stop: () => clearInterval(timer),
  };
}

/** A file older than what was held before is never used. */
async function begin(
  path: string,
  anchor: PublicJwk,
  { onAlarm, kept, fileMayBeOld = false }: Pick<DirectoryEvents, 'onAlarm' | 'kept' | 'fileMayBeOld'>,
): Promise<Directory> {
  const held = kept === undefined ? undefined : await openDirectory(kept, anchor).catch(alarm(onAlarm));
  if (held === undefined) return openDirectory(read(path), anchor);
  try {
    const file = await openDirectory(read(path), anchor);
    if (fileMayBeOld && file.version < held.version) return held;
    checkSuccession(held, file);
    return file;
  } catch (error) {
    onAlarm(errorFrom(error), 'file');
    return held;
  }
}

function alarm(onAlarm: DirectoryEvents['onAlarm']): (error: unknown) => undefined {
  return (error) => {
    onAlarm(errorFrom(error), 'kept');
    return undefined;
  };
}

/** Changes whenever the file is written or replaced. */
function stampOf(path: string): string {
  const status = statSync(path, { bigint: true, throwIfNoEntry: false });
  return status === undefined ? '' : `${status.ino} ${status.mtimeNs} ${status.size}`;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    throw fail('config-invalid', `\`${path}\` cannot be read`);
  }
}
