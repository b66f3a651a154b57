import { dirname } from 'node:path';
import { writeWhole } from '../../shared/kernel/write-whole.js';
import type { PrivateJwk } from '../../shared/trust/jwk.js';
import { withWriteErrors } from '../home/file-errors.js';
import { makePrivateFolder } from './make-folder.js';

/** Writes a file with mode 600 atomically, and creates its folder. Throws `usage` where it cannot. */
export function writeSecret(path: string, content: string | Uint8Array): void {
  makePrivateFolder(dirname(path));
  withWriteErrors(path, () => writeWhole(path, content));
}

/** Writes a private key with mode 600 to a file that the user named; its folder keeps its mode. Throws `usage` where it cannot. */
export function writeKeyOut(path: string, key: PrivateJwk): void {
  withWriteErrors(path, () => writeWhole(path, JSON.stringify(key, undefined, 2)));
}

/** Writes a value as JSON, as `writeSecret` does. */
export function writeSecretJson(path: string, value: unknown): void {
  writeSecret(path, JSON.stringify(value, undefined, 2));
}
