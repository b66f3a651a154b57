import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fail } from '../../../shared/kernel/errors.js';
import type { OrgId } from '../../../shared/kernel/ids.js';
import { readText } from '../../../shared/kernel/read-text.js';
import {
  FEDERATION_FILES,
  OTHER_FEDERATION_FILES,
  OTHER_FILES,
  RULE_FILES,
} from '../../../shared/ledger/release/release-files.js';
import { withWriteErrors } from '../../home/file-errors.js';
import { replaceFile } from '../../home/write-file.js';
import type { PolicyTexts } from '../base/policy-base.js';

/** What a folder lacks to have the files in force; of the paths of an organisation and of the federation, no other is looked at. */
export interface FolderPlan {
  /** The files that are not there. */
  readonly created: PolicyTexts;
  /** The files that are there with another text. */
  readonly changed: PolicyTexts;
  /** The files that are there and not in force. */
  readonly removed: readonly string[];
}

/** Compares a folder with the files in force. Throws `usage` for a file that cannot be read. */
export function planFolder(folder: string, org: OrgId, texts: PolicyTexts): FolderPlan {
  const own = [...RULE_FILES, ...OTHER_FILES].map((name) => `${org}/${name}`);
  const here = [...FEDERATION_FILES, ...OTHER_FEDERATION_FILES, ...own].map((path) => {
    const read = readText(folder, path);
    if (read.type === 'unreadable')
      throw fail('usage', `\`${join(folder, path)}\` cannot be read: ${read.fault.message}`);
    return { path, type: read.type, here: read.type === 'text' ? read.text : undefined };
  });
  const isThere = here.filter(({ type }) => type !== 'absent');
  const textsOf = (paths: readonly { readonly path: string }[]): PolicyTexts =>
    new Map(
      paths.flatMap(({ path }) => {
        const text = texts.get(path);
        return text === undefined ? [] : [[path, text] as const];
      }),
    );
  return {
    created: textsOf(here.filter(({ type }) => type === 'absent')),
    changed: textsOf(isThere.filter((one) => one.here !== texts.get(one.path))),
    removed: isThere.flatMap(({ path }) => (texts.has(path) ? [] : [path])),
  };
}

/** Carries out a plan; if a file cannot be written, everything is as before. Throws `usage`. */
export function writePlan(folder: string, { created, changed, removed }: FolderPlan): void {
  const undo: (() => void)[] = [];
  try {
    for (const [path, text] of created) createFile(join(folder, path), text, undo);
    for (const [path, text] of changed) {
      const place = join(folder, path);
      const before = withWriteErrors(place, () => readFileSync(place));
      undo.push(() => writeFileSync(place, before));
      replaceFile(place, text);
    }
    for (const path of removed) {
      const place = join(folder, path);
      const before = withWriteErrors(place, () => readFileSync(place));
      withWriteErrors(place, () => rmSync(place));
      undo.push(() => writeFileSync(place, before));
    }
  } catch (thrown) {
    for (const restore of undo.toReversed()) restore();
    throw thrown;
  }
}

function createFile(place: string, text: string, undo: (() => void)[]): void {
  withWriteErrors(place, () => {
    const made = mkdirSync(dirname(place), { recursive: true });
    if (made !== undefined) undo.push(() => rmSync(made, { recursive: true, force: true }));
    undo.push(() => rmSync(place, { force: true }));
    writeFileSync(place, text, { flag: 'wx' });
  });
}
