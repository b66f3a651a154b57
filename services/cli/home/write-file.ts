import { chownSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { writeFailure, withWriteErrors } from './file-errors.js';

/** Replaces the text of a file atomically. Keeps a symbolic link, the owner and the permissions. Throws `usage`. */
export function replaceFile(path: string, text: string): void {
  const target = realpathSync(path);
  const draft = `${target}.new`;
  try {
    const { mode, uid, gid } = statSync(target);
    writeFileSync(draft, text, { mode, flush: true });
    if (statSync(draft).uid !== uid) chownSync(draft, uid, gid);
    renameSync(draft, target);
  } catch (thrown) {
    rmSync(draft, { force: true });
    throw writeFailure(path, thrown);
  }
}

/** Writes a report to a path that the user named. Throws `usage`, with the reason, where it cannot be written. */
export function writeReport(path: string, text: string): void {
  withWriteErrors(path, () => writeFileSync(path, text));
}
