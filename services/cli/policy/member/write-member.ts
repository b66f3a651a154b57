import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withWriteErrors } from '../../home/file-errors.js';
import { replaceFile } from '../../home/write-file.js';
import type { MemberPlan } from './plan-member.js';

/**
 * Writes the files of a new member, then those that change; `members.yaml`, which makes it a member, comes last. If a file
 * cannot be written, everything is as before. Throws `usage`.
 */
export function writeMember(folder: string, { id, created, changed }: MemberPlan): void {
  const own = join(folder, id);
  if (created.length > 0) withWriteErrors(own, () => mkdirSync(own));
  const replaced: { readonly place: string; readonly before: string }[] = [];
  try {
    for (const { path, text } of created) {
      const place = join(folder, path);
      withWriteErrors(place, () => writeFileSync(place, text, { flag: 'wx' }));
    }
    for (const { path, text } of changed) {
      const place = join(folder, path);
      const before = withWriteErrors(place, () => readFileSync(place, 'utf8'));
      replaceFile(place, text);
      replaced.push({ place, before });
    }
  } catch (thrown) {
    for (const { place, before } of replaced) replaceFile(place, before);
    if (created.length > 0) rmSync(own, { recursive: true, force: true });
    throw thrown;
  }
}
