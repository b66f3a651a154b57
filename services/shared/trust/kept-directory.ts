import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../kernel/errors.js';
import { writeWhole } from '../kernel/write-whole.js';
import type { Home } from '../runtime/home.js';
import { type DirectoryEvents, type DirectoryHolder, watchDirectory } from './directory-holder.js';
import { readAnchor } from './read-directory.js';

/** Where a process keeps the newest directory that it held: in the folder that is its own. */
export function keptDirectory(folder: string): string {
  return join(folder, 'directory.jws');
}

/**
 * Watches the directory of a home for the process that owns `folder`, where it keeps the newest that it ever held, whichever
 * way that came: a revocation must outlive a file that is put back while the process is stopped. `kept` counts where it has
 * kept none yet. Throws as `watchDirectory` does; a copy that cannot be written or opened is an alarm.
 */
export async function watchHomeDirectory(
  home: Home,
  folder: string,
  events: DirectoryEvents,
): Promise<DirectoryHolder> {
  const path = keptDirectory(folder);
  const keep = (jws: string): void => {
    try {
      if (readKept(path) === jws) return;
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeWhole(path, jws);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      events.onAlarm(fail('config-invalid', `\`${path}\` cannot be written: ${code}`), 'kept');
    }
  };
  const holder = await watchDirectory(home.directory, readAnchor(home), {
    ...events,
    kept: readKept(path) ?? events.kept,
  });
  keep(holder.current().jws);
  holder.follow(({ jws }) => keep(jws));
  return holder;
}

/** What stands there is believed for its signature alone: one that cannot be read is as good as none. */
function readKept(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
