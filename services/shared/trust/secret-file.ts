import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { fail } from '../kernel/errors.js';
import { parseStrictJson } from '../kernel/strict-json.js';
import { parsePrivateJwk, type PrivateJwk } from './jwk.js';

/** Reads a key, seed or token. Throws `config-invalid` if other users may read the file, or if it is not a regular file. */
export function readSecret(path: string): string {
  const file = open(path);
  try {
    // Checks the open file, so that it cannot be replaced between check and reading.
    const status = fstatSync(file);
    if (!status.isFile()) throw fail('config-invalid', `\`${path}\` is not a file`);
    if ((status.mode & 0o077) !== 0) throw fail('config-invalid', `\`${path}\` must have mode 0600`);
    return readFileSync(file, 'utf8').trim();
  } finally {
    closeSync(file);
  }
}

/** Reads a private key. Throws as `readSecret` and `parseStrictJson` do, and `key-invalid`. */
export function readPrivateJwk(path: string): PrivateJwk {
  return parsePrivateJwk(parseStrictJson(readSecret(path)));
}

function open(path: string): number {
  try {
    return openSync(path, 'r');
  } catch {
    throw fail('config-invalid', `\`${path}\` cannot be read`);
  }
}
