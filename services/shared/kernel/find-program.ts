import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where packages put servers, and the PATH of an ordinary user does not look. */
const ELSEWHERE = [
  '/usr/sbin',
  '/usr/local/bin',
  '/usr/local/sbin',
  '/opt/homebrew/bin',
  '/opt/homebrew/sbin',
];

/** The path of a program: in `first`, on the PATH, or where servers are put; undefined when it is not installed. */
export function findProgram(
  name: string,
  env: NodeJS.ProcessEnv,
  first: readonly string[] = [],
): string | undefined {
  const folders = [...first, ...(env['PATH'] ?? '').split(delimiter), ...ELSEWHERE];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isProgram);
}

/** Whether this path can be run. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
