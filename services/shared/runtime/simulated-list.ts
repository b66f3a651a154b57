import { appendFileSync, readFileSync, renameSync, statSync } from 'node:fs';

/** Maximum ids in each of the two files: more than a simulation with default settings adds in a day. */
const MAX_IDS = 40_000;
const ID = /^[0-9a-f]{64}$/;

/**
 * Creates the writer of the list of simulated attacks: ids of frames, and digests of their bytes and notices, which are the
 * ids of quarantine entries. Only a process that can write into the home can add to it; the content of a message cannot. The
 * older half is dropped when the list is full. `add` does nothing on a read-only file system, as in a container.
 */
export function createSimulatedList(path: string): { readonly add: (ids: readonly string[]) => void } {
  let count = idsIn(path).length;
  return {
    add: (ids) => {
      if (count + ids.length > MAX_IDS) {
        renameSync(path, olderOf(path));
        count = 0;
      }
      if (append(path, ids)) count += ids.length;
    },
  };
}

function append(path: string, ids: readonly string[]): boolean {
  try {
    appendFileSync(path, ids.map((id) => `${id}\n`).join(''), { mode: 0o600 });
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EROFS') return false;
    throw thrown;
  }
}

/** The current list of simulated attacks. */
export interface SimulatedList {
  readonly has: (id: string | undefined) => boolean;
}

/** Opens the list of a home and rereads it after each change; it is empty where no simulator ran. */
export function openSimulatedList(path: string): SimulatedList {
  let [stamp, ids] = ['', new Set<string>()];
  return {
    has: (id) => {
      if (id === undefined) return false;
      const now = stampOf(path);
      if (now !== stamp) [stamp, ids] = [now, new Set(simulatedFiles(path).flatMap(idsIn))];
      return ids.has(id);
    },
  };
}

const olderOf = (path: string): string => `${path}.1`;

/** Returns the files of a list, older ids first. */
export function simulatedFiles(path: string): readonly string[] {
  return [olderOf(path), path];
}

function stampOf(path: string): string {
  const status = statSync(path, { throwIfNoEntry: false });
  return status === undefined ? '' : `${status.ino} ${status.size}`;
}

function idsIn(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => ID.test(line));
  } catch {
    return [];
  }
}
