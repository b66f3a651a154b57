import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, LiaisonError } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { ruleFiles } from '../../shared/policy/load/rule-files.js';
import type { Viewer } from '../session/viewer.js';

/** A rule file of a member has some kilobytes; a larger text is nobody's work. */
const MAX_BYTES = 256 * 1024;

/** The files of rules that a viewer may open and edit: the federation's author all, an organisation's its own. */
export function filesFor({ scope }: Viewer, members: readonly OrgId[]): readonly string[] {
  return ruleFiles(members)
    .filter(({ owner }) => scope === undefined || owner === scope.org)
    .map(({ path }) => path);
}

/** The path if the viewer may; a file of others is answered like one that is not there. */
export function openable(path: unknown, viewer: Viewer, members: readonly OrgId[]): string {
  const found = filesFor(viewer, members).find((each) => each === path);
  if (found !== undefined) return found;
  throw fail('not-found', 'no such file of rules, or none of yours');
}

export async function readPolicy(folder: string, path: string): Promise<string> {
  try {
    return await readFile(join(folder, path), 'utf8');
  } catch (cause) {
    throw new LiaisonError('policy-missing', `\`${path}\` of the live policies cannot be read`, { cause });
  }
}

export function refuseLarge(path: string, text: string): void {
  if (Buffer.byteLength(text) <= MAX_BYTES) return;
  const message = `a file of rules has at most ${MAX_BYTES / 1024} KiB`;
  throw fail('oversize', `${path}:1:1: ${message}`, [{ path: `${path}:1:1`, message }]);
}
