import { readFileSync, statSync } from 'node:fs';
import { errorFrom, fail, type LiaisonError } from '../kernel/errors.js';
import { type Directory, openDirectory } from './directory.js';
import type { PublicJwk } from './jwk.js';
import { checkSuccession } from './succession.js';

/** Who wants to know. Neither may throw. */
export interface DirectoryEvents {
  readonly onChange?: (directory: Directory) => void;
  /** What was offered is not used; the directory held stays. */
  readonly onAlarm: (error: LiaisonError) => void;
  /** Milliseconds between two looks at the file; a revocation must take effect within 5 s. */
  readonly interval?: number;
}

/** The one directory of a process: a snapshot that is swapped whole. */
export interface DirectoryHolder {
  current(): Directory;
  /** Takes a signed directory that came another way if it is newer; true when it did. Alarms, never throws. */
  adopt(jws: string): Promise<boolean>;
  stop(): void;
}

/**
 * Opens the directory at `path` (throws when that fails) and watches the file. One that is bad, older or does not
 * follow keeps the old and alarms, once a change of the file.
 */
export async function watchDirectory(
  path: string,
  anchor: PublicJwk,
  { onChange, onAlarm, interval = 500 }: DirectoryEvents,
): Promise<DirectoryHolder> {
  let stamp = stampOf(path);
  let held = await openDirectory(read(path), anchor);
  let queue: Promise<unknown> = Promise.resolve();

  const take = async (load: () => string): Promise<boolean> => {
    try {
      const next = await openDirectory(load(), anchor);
      checkSuccession(held, next);
      if (next.version === held.version) return false;
      held = next;
      onChange?.(held);
      return true;
    } catch (error) {
      onAlarm(errorFrom(error));
      return false;
    }
  };
  // One after the other: two that arrive together must both be compared with what is held by then.
  const offer = (load: () => string): Promise<boolean> => {
    const taken = queue.then(() => take(load));
    queue = taken;
    return taken;
  };
  // Polling sees a file that was replaced by a rename, on every file system, and costs one `stat`.
  const timer = setInterval(() => {
    const now = stampOf(path);
    if (now === stamp) return;
    stamp = now;
    void offer(() => read(path));
  }, interval).unref();
  return { current: () => held, adopt: (jws) => offer(() => jws), stop: () => clearInterval(timer) };
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
