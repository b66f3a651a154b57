import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';

/** Where packages put servers, and the PATH of an ordinary user does not look. */
const ELSEWHERE = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/sbin', '/opt/homebrew/bin'];

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
    .find(isExecutable);
}

/** Whether an npm package is there: those that only a bench needs are not, where `--omit=dev` installed. */
export function hasPackage(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
