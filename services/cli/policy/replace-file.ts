import { realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { unwritable } from '../unwritable.js';

/** Puts new text in the place of a file: whole or not at all; a link stays one, and so do the permissions. */
export function replaceFile(path: string, text: string): void {
  const target = realpathSync(path);
  const draft = `${target}.new`;
  try {
    writeFileSync(draft, text, { mode: statSync(target).mode, flush: true });
    renameSync(draft, target);
  } catch (thrown) {
    rmSync(draft, { force: true });
    throw unwritable(path, thrown);
  }
}
