import { dirname } from 'node:path';
import { writeWhole } from '../../shared/kernel/write-whole.js';
import { writing } from '../home/unwritable.js';
import { makeFolder } from './make-folder.js';

/** Writes a file that its owner alone may read: whole or not at all. Throws `usage` where it cannot. */
export function writeSecret(path: string, text: string): void {
  makeFolder(dirname(path));
  writing(path, () => writeWhole(path, text));
}

export function writeSecretJson(path: string, value: unknown): void {
  writeSecret(path, JSON.stringify(value, undefined, 2));
}
