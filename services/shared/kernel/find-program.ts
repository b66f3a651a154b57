import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Folders where packages install servers and which are often missing from an ordinary user's PATH. */
const SERVER_FOLDERS = [
  '/usr/sbin',
  '/usr/local/bin',
  '/usr/local/sbin',
  '/opt/homebrew/bin',
  '/opt/homebrew/sbin',
];

/** Finds a program in the folders `first`, then on the PATH, then in the usual folders of servers; undefined if none has it. */
export function findProgram(
  name: string,
  env: NodeJS.ProcessEnv,
  first: readonly string[] = [],
): string | undefined {
  const folders = [...first, ...(env['PATH'] ?? '').split(delimiter), ...SERVER_FOLDERS];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isProgram);
}

/** True if this path is executable. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
