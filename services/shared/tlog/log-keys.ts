import { decodeBase64url } from '../kernel/base64url.js';
import type { Directory } from '../trust/directory.js';
import { importNoteKey, type NoteKey, SIGNATURE_TYPES } from './vkey.js';

/** Returns the keys that a directory lists for the log with this origin. */
export function logKeysOf({ hub }: Pick<Directory, 'hub'>, origin: string): readonly NoteKey[] {
  return hub.keys
    .filter(({ use }) => use === 'log')
    .map(({ x }) => importNoteKey(origin, SIGNATURE_TYPES.note, decodeBase64url(x)));
}
