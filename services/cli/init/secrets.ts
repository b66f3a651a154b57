import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { writing } from '../unwritable.js';

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** Makes a folder of the home, readable by its owner only, whatever the umask says. Throws `usage` where it cannot. */
export function makeFolder(path: string): void {
  writing(path, () => {
    mkdirSync(path, { recursive: true, mode: FOLDER_MODE });
    chmodSync(path, FOLDER_MODE);
  });
}

/** Writes a file that its owner alone may read: whole or not at all. Throws `usage` where it cannot. */
export function writeSecret(path: string, text: string): void {
  makeFolder(dirname(path));
  const draft = `${path}.new`;
  writing(path, () => {
    writeFileSync(draft, `${text.trimEnd()}\n`, { mode: FILE_MODE, flush: true });
    chmodSync(draft, FILE_MODE);
    renameSync(draft, path);
  });
}

export function writeSecretJson(path: string, value: unknown): void {
  writeSecret(path, JSON.stringify(value, undefined, 2));
}
