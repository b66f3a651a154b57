import { chownSync, closeSync, openSync, statSync } from 'node:fs';
import { withFileLock } from '../../shared/store/file-lock.js';
import { type Caller, readCallers } from '../../shared/trust/callers.js';
import { replaceFile } from '../home/write-file.js';
import { withWriteErrors } from '../home/file-errors.js';

/**
 * Changes the list of a `tokens.json` atomically, under a lock: of two concurrent calls the second changes the result of the
 * first. Writes nothing when `change` returns the list it was given. Throws `config-invalid` for an unreadable list, `usage`
 * where it cannot be written, `busy` while the lock is held.
 */
export function changeCallers(path: string, change: (callers: readonly Caller[]) => readonly Caller[]): void {
  const lock = `${path}.lock`;
  withWriteErrors(lock, () => {
    closeSync(openSync(lock, 'a', 0o600));
    // An administrator may call this for the user of the service, who must be able to lock the file later.
    const { uid, gid } = statSync(path);
    if (statSync(lock).uid !== uid) chownSync(lock, uid, gid);
  });
  withFileLock(lock, () => {
    const callers = readCallers(path);
    const tokens = change(callers);
    if (tokens !== callers) replaceFile(path, `${JSON.stringify({ tokens }, undefined, 2)}\n`);
  });
}
