import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { withWriteErrors } from '../home/file-errors.js';

const FOLDER_MODE = 0o700;

/** Creates a folder, and sets mode 700 also on an existing one. Throws `usage` where it cannot. */
export function makePrivateFolder(path: string): void {
  ensureFolder(path);
  withWriteErrors(path, () => chmodSync(path, FOLDER_MODE));
}

/** Creates a folder with mode 700 unless it exists. Throws `usage` where it cannot. */
export function ensureFolder(path: string): void {
  withWriteErrors(path, () => make(path));
}

/** Creates a folder and its parents; Node's `recursive` never returns below a folder such as `/proc`. */
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
