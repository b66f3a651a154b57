import { dirname } from 'node:path';
import { writeWhole } from '../../shared/kernel/write-whole.js';
import { withWriteErrors } from '../home/file-errors.js';
import { makePrivateFolder } from './make-folder.js';

/** Writes a file that its owner alone may read: whole or not at all. Throws `usage` where it cannot. */
export function writeSecret(path: string, text: string): void {
  makePrivateFolder(dirname(path));
  withWriteErrors(path, () => writeWhole(path, text));
}

export function writeSecretJson(path: string, value: unknown): void {
  writeSecret(path, JSON.stringify(value, undefined, 2));
}
