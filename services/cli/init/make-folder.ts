import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { withWriteErrors } from '../home/file-errors.js';

const FOLDER_MODE = 0o700;

/** Makes a folder of the home, readable by its owner only, also where it is there. Throws `usage` where it cannot. */
export function makePrivateFolder(path: string): void {
  ensureFolder(path);
  withWriteErrors(path, () => chmodSync(path, FOLDER_MODE));
}

/** Makes a folder unless it is there; one that is stays as it is. Throws `usage` where it cannot. */
export function ensureFolder(path: string): void {
  withWriteErrors(path, () => make(path));
}

/** Not `recursive`: that one tries for ever where a folder is there and takes nothing, as `/proc`. */
function make(path: string): void {
  try {
    mkdirSync(path, { mode: FOLDER_MODE });
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'EEXIST' && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
    if (code !== 'ENOENT' || existsSync(dirname(path))) throw thrown;
    make(dirname(path));
    mkdirSync(path, { mode: FOLDER_MODE });
  }
}
