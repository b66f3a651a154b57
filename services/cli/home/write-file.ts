import { chownSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { writeFailure, withWriteErrors } from './file-errors.js';

/** Puts new text in the place of a file: whole or not at all; a link stays one, and so do owner and permissions. */
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

/** Writes a report that the user named; throws `usage` with the system's words when it cannot. */
export function writeReport(path: string, text: string): void {
  withWriteErrors(path, () => writeFileSync(path, text));
}
