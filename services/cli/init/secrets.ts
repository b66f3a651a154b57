import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeWhole } from '../../shared/kernel/write-whole.js';
import { writing } from '../unwritable.js';

const FOLDER_MODE = 0o700;

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
  writing(path, () => writeWhole(path, text));
}

export function writeSecretJson(path: string, value: unknown): void {
  writeSecret(path, JSON.stringify(value, undefined, 2));
}
