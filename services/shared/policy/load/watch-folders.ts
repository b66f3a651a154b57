import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';

const POLL_MS = 1_000;
/** The pause after a poll that saw a change. */
const SETTLE_MS = 250;

/**
 * Calls `changed` after each change of the folder, once two polls 250 ms apart see the same, so that files written
 * together are one change. A poll is one `stat` per file; unlike file system events it sees a folder moved away and
 * back and a link set to another folder. Returns a function that stops the watch.
 */
export function watchFolders(folder: string, changed: () => void): () => void {
  let reported = stampOf(folder);
  let seen = reported;
  const poll = (): void => {
    const now = stampOf(folder);
    const isSettled = now === seen;
    seen = now;
    timer = setTimeout(poll, isSettled ? POLL_MS : SETTLE_MS).unref();
    if (!isSettled || now === reported) return;
    reported = now;
    changed();
  };
  let timer = setTimeout(poll, POLL_MS).unref();
  return () => clearTimeout(timer);
}

/**
 * Returns a text that changes whenever a file of the folder or of its subfolders is written or replaced, or a link
 * among them is set to another target. Hidden files are ignored. Empty when there is no such folder. Never throws.
 */
export function stampOf(folder: string): string {
  return entriesOf(folder)
    .flatMap((path) => {
      const stamp = stampOfEntry(path);
      // Only a folder has its path alone as its stamp.
      return stamp === path ? [stamp, ...entriesOf(path).map(stampOfEntry)] : [stamp];
    })
    .join('\n');
}

function entriesOf(folder: string): readonly string[] {
  try {
    // The target of links is part of the stamp: two folders may hold files of the same names, lengths and times.
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
    // A folder is stamped by its contents. The inode is left out: some file systems make up a new one at each call.
    return status.isDirectory() ? path : `${path} ${status.size} ${status.mtimeNs} ${status.ctimeNs}`;
  } catch {
    return path;
  }
}
