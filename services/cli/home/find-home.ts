import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fail } from '../../shared/kernel/errors.js';
import { type Home, homeAt } from '../../shared/runtime/home.js';
import { projectRoot } from '../../shared/runtime/root.js';

/**
 * Returns the home of a call: `--home`, else `LIAISON_HOME` unless it is empty, else `.liaison/` in the clone. Throws
 * `usage` for an empty `--home`, and for a path that exists and is not a folder.
 */
export function findHome(option: string | undefined, env: NodeJS.ProcessEnv): Home {
  if (option === '') throw fail('usage', '`--home` is empty: name a folder');
  const root = resolve(option ?? (env['LIAISON_HOME'] || join(projectRoot, '.liaison')));
  if (isNotFolder(root)) throw fail('usage', `\`${root}\` is not a folder: give another \`--home\``);
  return homeAt(root);
}

/**
 * Also returns false for a path that this user cannot access: the verb that uses the home reports that error.
 */
function isNotFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOTDIR';
  }
}
