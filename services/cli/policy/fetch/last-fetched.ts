import { join } from 'node:path';
import { isJsonObject } from '../../../shared/kernel/json-object.js';
import { readText } from '../../../shared/kernel/read-text.js';
import { writeWhole } from '../../../shared/kernel/write-whole.js';
import { digest } from '../../../shared/trust/digest.js';
import { withWriteErrors } from '../../home/file-errors.js';
import type { PolicyTexts } from '../base/policy-base.js';
import type { FolderPlan } from './write-fetched.js';

/** The file of a folder that has the digest of each file which `policy fetch` wrote there last, by path. */
const FETCHED_FILE = '.fetched.json';

/** Returns the files that a plan replaces or removes and that are not as the last fetch wrote them: their texts would be lost. */
export function editedSince(folder: string, { before }: FolderPlan): readonly string[] {
  const fetched = readFetched(folder);
  return [...before].flatMap(([path, text]) => (fetched[path] === digest(text) ? [] : [path]));
}

/** Notes the files in force, once they are written. Throws `usage` where the file cannot be written. */
export function noteFetched(folder: string, texts: PolicyTexts): void {
  const digests = Object.fromEntries([...texts].map(([path, text]) => [path, digest(text)]));
  const place = join(folder, FETCHED_FILE);
  withWriteErrors(place, () => writeWhole(place, `${JSON.stringify(digests, undefined, 2)}\n`));
}

/** A file that is missing or damaged says nothing: then every file that differs may have been edited. */
function readFetched(folder: string): Readonly<Record<string, unknown>> {
  const read = readText(folder, FETCHED_FILE);
  if (read.type !== 'text') return {};
  try {
    const found: unknown = JSON.parse(read.text);
    return isJsonObject(found) ? found : {};
  } catch {
    return {};
  }
}
