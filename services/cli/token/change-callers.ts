import { chownSync, closeSync, openSync, statSync } from 'node:fs';
import { withFileLock } from '../../shared/store/file-lock.js';
import { type Caller, readCallers } from '../../shared/trust/callers.js';
import { replaceFile } from '../home/write-file.js';
import { withWriteErrors } from '../home/file-errors.js';

/**
 * Replaces the list of a `tokens.json`, whole or not at all, while nobody else does: of two at once the second changes
 * what the first left. The same list is no change. Throws `config-invalid` for a list that cannot be read, `usage` where it
 * cannot be written, `busy`.
 */
export function changeCallers(path: string, change: (callers: readonly Caller[]) => readonly Caller[]): void {
  const lock = `${path}.lock`;
  withWriteErrors(lock, () => {
    closeSync(openSync(lock, 'a', 0o600));
    // Whoever administers the machine may do this for the user of the service, who comes after.
    const { uid, gid } = statSync(path);
    if (statSync(lock).uid !== uid) chownSync(lock, uid, gid);
  });
  withFileLock(lock, () => {
    const callers = readCallers(path);
    const tokens = change(callers);
    if (tokens !== callers) replaceFile(path, `${JSON.stringify({ tokens }, undefined, 2)}\n`);
  });
}
