import { readFileSync } from 'node:fs';
import { fail } from './errors.js';

/** Reads a file that is not a secret. Throws `config-invalid` with its path if it cannot be read. */
export function readOpen(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw fail('config-invalid', `\`${path}\` cannot be read: ${code}`);
  }
}
