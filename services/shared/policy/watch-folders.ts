import { type FSWatcher, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';

const SETTLE_MS = 50;

/** Watches the folder and the folders in it, one by one: Node's recursive watch loses files replaced by renaming. */
export function watchFolders(folder: string, changed: () => void): () => void {
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
