import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { fail } from '../kernel/errors.js';

/** Reads a key, seed or token. Throws `config-invalid` when others may read the file, or when it is no plain file. */
export function readSecret(path: string): string {
  const file = open(path);
  try {
    // On the open file, so that nobody swaps it between the check and the reading.
    const status = fstatSync(file);
    if (!status.isFile()) throw fail('config-invalid', `\`${path}\` is not a file`);
    if ((status.mode & 0o077) !== 0) throw fail('config-invalid', `\`${path}\` must have mode 0600`);
    return readFileSync(file, 'utf8').trim();
  } finally {
    closeSync(file);
  }
}

function open(path: string): number {
  try {
    return openSync(path, 'r');
  } catch {
    throw fail('config-invalid', `\`${path}\` cannot be read`);
  }
}
