import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';

const LOOK_MS = 1_000;
/** After a look that saw something new. */
const SETTLE_MS = 250;

/**
 * Tells of every change of the folder, as soon as two looks (250 ms apart) see the same, so that what is written together
 * is told together. Looking is a `stat` a file, and sees what the file system's own notices do not: a folder moved away
 * and back, a link set on another folder.
 */
export function watchFolders(folder: string, changed: () => void): () => void {
  let told = stampOf(folder);
  let seen = told;
  const look = (): void => {
    const now = stampOf(folder);
    const isSettled = now === seen;
    seen = now;
    timer = setTimeout(look, isSettled ? LOOK_MS : SETTLE_MS).unref();
    if (!isSettled || now === told) return;
    told = now;
    changed();
  };
  let timer = setTimeout(look, LOOK_MS).unref();
  return () => clearTimeout(timer);
}

/**
 * Another one whenever a file of the folder or of a folder in it is written or replaced, or either is a link that is set
 * anew; hidden files do not count. Empty while there is no such folder. Never throws.
 */
export function stampOf(folder: string): string {
  return entriesOf(folder)
    .flatMap((path) => {
      const stamp = stampOfEntry(path);
      // Only a folder is stamped with its path alone: a file is not asked for what is in it.
      return stamp === path ? [stamp, ...entriesOf(path).map(stampOfEntry)] : [stamp];
    })
    .join('\n');
}

function entriesOf(folder: string): readonly string[] {
  try {
    // Where links lead: two folders may hold files of the same names, lengths and times.
    const real = realpathSync.native(folder);
    return readdirSync(real)
      .filter((name) => !name.startsWith('.'))
      .toSorted()
      .map((name) => join(real, name));
  } catch {
    return [];
  }
}

function stampOfEntry(path: string): string {
  try {
    const status = statSync(path, { bigint: true });
    // Of a folder only what is in it counts. The inode is left out: some file systems make them up at each look.
    return status.isDirectory() ? path : `${path} ${status.size} ${status.mtimeNs} ${status.ctimeNs}`;
  } catch {
    return path;
  }
}
