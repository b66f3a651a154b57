import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../kernel/errors.js';
import { writeWhole } from '../kernel/write-whole.js';
import type { Home } from '../runtime/home.js';
import { type DirectoryEvents, type DirectoryHolder, watchDirectory } from './directory-holder.js';
import { readAnchor } from './read-directory.js';

/** Returns the path where a process keeps its newest directory, in its own folder. */
export function keptDirectory(folder: string): string {
  return join(folder, 'directory.frame');
}

/**
 * Watches the directory of a home for the process that owns `folder`, and keeps the newest directory there
 * whatever its source: a revocation must survive an older file that is restored while the process is stopped.
 * Throws as `watchDirectory` does; a copy that cannot be written or opened is an alarm.
 */
export async function watchHomeDirectory(
  home: Home,
  folder: string,
  events: DirectoryEvents,
): Promise<DirectoryHolder> {
  const path = keptDirectory(folder);
  const keep = (frame: Uint8Array): void => {
    try {
      if (readKept(path)?.equals(frame) === true) return;
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeWhole(path, frame);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      events.onAlarm(fail('config-invalid', `\`${path}\` cannot be written: ${code}`), 'kept');
    }
  };
  const holder = await watchDirectory(home.directory, readAnchor(home), {
    ...events,
    kept: readKept(path),
  });
  keep(holder.current().frame);
  holder.follow(({ frame }) => keep(frame));
  return holder;
}

/** Reads the kept copy; undefined if there is none or it cannot be read. Its signature is verified later. */
function readKept(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
