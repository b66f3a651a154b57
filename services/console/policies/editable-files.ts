import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, LiaisonError } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { ruleFiles } from '../../shared/policy/load/rule-files.js';
import type { Viewer } from '../session/viewer.js';

/** The largest text that is accepted; rule files of members have some kilobytes. */
const MAX_BYTES = 256 * 1024;

/** Paths of the rule files that a viewer may edit: all for an author of the federation, else those of the organisation. */
export function filesFor({ scope }: Viewer, members: readonly OrgId[]): readonly string[] {
  return ruleFiles(members)
    .filter(({ owner }) => scope === undefined || owner === scope.org)
    .map(({ path }) => path);
}

/** Returns `path` if the viewer may edit it; throws `not-found` for other files, known or unknown. */
export function openable(path: unknown, viewer: Viewer, members: readonly OrgId[]): string {
  const found = filesFor(viewer, members).find((each) => each === path);
  if (found !== undefined) return found;
  throw fail('not-found', 'no such rule file, or not one of your organisation');
}

/** Reads a rule file of the live folder; throws `policy-missing`. */
export async function readPolicy(folder: string, path: string): Promise<string> {
  try {
    return await readFile(join(folder, path), 'utf8');
  } catch (cause) {
    throw new LiaisonError('policy-missing', `\`${path}\` of the live policies cannot be read`, { cause });
  }
}

/** Throws `oversize`, with the place, for a text that is too large. */
export function refuseLarge(path: string, text: string): void {
  if (Buffer.byteLength(text) <= MAX_BYTES) return;
  const message = `a rule file has at most ${MAX_BYTES / 1024} KiB`;
  throw fail('oversize', `${path}:1:1: ${message}`, [{ path: `${path}:1:1`, message }]);
}
