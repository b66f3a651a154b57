import { readFileSync, statSync } from 'node:fs';
import { errorFrom, fail, type LiaisonError } from '../kernel/errors.js';
import type { Directory } from './directory.js';
import { openDirectoryOnce } from './directory/open-once.js';
import type { PublicJwk } from './jwk.js';
import { isFork, verifySuccession } from './directory/succession.js';

/** The source of a directory: the file of the home, an offer from the broker, or the copy kept for the next start. */
export type DirectoryWay = 'file' | 'offered' | 'kept';

/** Options of a watched directory. Callbacks must not throw. */
export interface DirectoryEvents {
  /** A directory was not used; the one held stays in force. */
  readonly onAlarm: (error: LiaisonError, way: DirectoryWay) => void;
  /** The root signed a directory that cannot be beside the one held; called before the alarm. */
  readonly onForked?: (held: Directory, other: Directory) => void;
  /** The file changed and was accepted. */
  readonly onWell?: () => void;
  /** Milliseconds between two checks of the file; a revocation must take effect within 5 s. */
  readonly interval?: number;
  /** The signed directory kept from before; it may be newer than the file, or the only one. */
  readonly kept?: Uint8Array | undefined;
  /** True if the directory also arrives through the broker, so that an older file at the start is no alarm. */
  readonly fileMayBeOld?: boolean;
}

/** The directory of a process: an immutable snapshot, replaced as a whole. */
export interface DirectoryHolder {
  current(): Directory;
  /** Calls `listener` with each directory accepted from now on; it must not throw. */
  follow(listener: (directory: Directory) => void): void;
  /** Accepts a signed directory from another source if it is newer, and resolves to whether it was. Alarms, never rejects. */
  adopt(frame: Uint8Array): Promise<boolean>;
  stop(): void;
}

/**
 * Opens the directory at `path` (throws if that fails) and watches the file. A directory that is invalid, older or no
 * successor is not used and alarms once for each change of the file. Begins with the newer of the file and `kept`.
 */
export async function watchDirectory(
  path: string,
  anchor: PublicJwk,
  { onAlarm, onForked, onWell, interval = 500, ...beginning }: DirectoryEvents,
): Promise<DirectoryHolder> {
  let stamp = stampOf(path);
  let held = await begin(path, anchor, { onAlarm, onForked, ...beginning });
  const listeners: ((directory: Directory) => void)[] = [];
  let queue = Promise.resolve(false);

  const take = async (load: () => Uint8Array, way: DirectoryWay): Promise<boolean> => {
    try {
      const next = await openDirectoryOnce(load(), anchor);
      await requireNext(held, next, onForked);
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
  // One after the other, so that each is compared with the result of the previous one.
  const offer = (load: () => Uint8Array, way: DirectoryWay): Promise<boolean> => {
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
    adopt: (frame) => offer(() => frame, 'offered'),
    stop: () => clearInterval(timer),
  };
}

async function requireNext(
  held: Directory,
  next: Directory,
  onForked: DirectoryEvents['onForked'],
): Promise<void> {
  if (isFork(held, next)) onForked?.(held, next);
  await verifySuccession(held, next);
}

type BeginEvents = Pick<DirectoryEvents, 'onAlarm' | 'kept' | 'fileMayBeOld'> & {
  readonly onForked: DirectoryEvents['onForked'] | undefined;
};

/** Chooses between the file and the kept directory; an older file is never used. */
async function begin(
  path: string,
  anchor: PublicJwk,
  { onAlarm, onForked, kept, fileMayBeOld = false }: BeginEvents,
): Promise<Directory> {
  const held = kept === undefined ? undefined : await openDirectoryOnce(kept, anchor).catch(alarm(onAlarm));
  if (held === undefined) return openDirectoryOnce(read(path), anchor);
  try {
    const file = await openDirectoryOnce(read(path), anchor);
    if (fileMayBeOld && file.version < held.version) return held;
    await requireNext(held, file, onForked);
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

/** Returns a stamp that changes whenever the file is written or replaced. */
function stampOf(path: string): string {
  const status = statSync(path, { bigint: true, throwIfNoEntry: false });
  return status === undefined ? '' : `${status.ino} ${status.mtimeNs} ${status.size}`;
}

function read(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch {
    throw fail('config-invalid', `\`${path}\` cannot be read`);
  }
}
