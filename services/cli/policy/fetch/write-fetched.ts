import { existsSync, mkdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fail } from '../../../shared/kernel/errors.js';
import type { OrgId } from '../../../shared/kernel/ids.js';
import { readText } from '../../../shared/kernel/read-text.js';
import { FILES_OF_FEDERATION, FILES_OF_MEMBER } from '../../../shared/ledger/release/release-files.js';
import { withWriteErrors } from '../../home/file-errors.js';
import type { PolicyTexts } from '../base/policy-base.js';

/** What a folder lacks to have the files in force; of the paths of an organisation and of the federation, no other is looked at. */
export interface FolderPlan {
  /** The files that are not there. */
  readonly created: PolicyTexts;
  /** The files that are there with another text. */
  readonly changed: PolicyTexts;
  /** The files that are there and not in force. */
  readonly removed: readonly string[];
  /** The present texts of the files that are changed or removed; empty for one that is no text. */
  readonly before: PolicyTexts;
}

/**
 * Compares a folder with the files in force. Throws `usage` for a file that cannot be read, and for a folder with rules of one
 * organisation in itself: a subfolder with those in force would be read in their place.
 */
export function planFolder(folder: string, org: OrgId, texts: PolicyTexts): FolderPlan {
  const flat = FILES_OF_MEMBER.find((name) => existsSync(join(folder, name)));
  if (flat !== undefined && !existsSync(join(folder, org)))
    throw fail(
      'usage',
      `a folder \`${org}\` beside \`${join(folder, flat)}\` would be read in its place: \`--out\` names another folder`,
    );
  const own = FILES_OF_MEMBER.map((name) => `${org}/${name}`);
  const here = [...FILES_OF_FEDERATION, ...own].map((path) => {
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
  const others = isThere.filter((one) => one.here !== texts.get(one.path));
  return {
    created: textsOf(here.filter(({ type }) => type === 'absent')),
    changed: textsOf(others),
    removed: isThere.flatMap(({ path }) => (texts.has(path) ? [] : [path])),
    before: new Map(others.map(({ path, here: text = '' }) => [path, text])),
  };
}

/** A text on the disk beside the file that it will replace. */
interface Draft {
  readonly draft: string;
  readonly target: string;
}

/**
 * Carries out a plan. No file is replaced or removed before every text is on the disk beside its place: where one cannot be written,
 * everything is as before. Throws `usage`.
 */
export function writePlan(folder: string, { created, changed, removed }: Omit<FolderPlan, 'before'>): void {
  const drafts: Draft[] = [];
  const made: string[] = [];
  try {
    for (const [path, text] of [...changed, ...created]) {
      const place = join(folder, path);
      withWriteErrors(place, () => {
        const first = mkdirSync(dirname(place), { recursive: true });
        if (first !== undefined) made.push(first);
        drafts.push(writeDraft(place, text));
      });
    }
  } catch (thrown) {
    for (const { draft } of drafts) rmSync(draft, { force: true });
    for (const path of made.toReversed()) rmSync(path, { recursive: true, force: true });
    throw thrown;
  }
  for (const { draft, target } of drafts) withWriteErrors(target, () => renameSync(draft, target));
  for (const path of removed) withWriteErrors(join(folder, path), () => rmSync(join(folder, path)));
}

/** Writes a text beside its place; a link there keeps leading to its file, and a file its permissions. */
function writeDraft(place: string, text: string): Draft {
  const status = statSync(place, { throwIfNoEntry: false });
  const target = status === undefined ? place : realpathSync(place);
  const draft = `${target}.${process.pid}.new`;
  try {
    writeFileSync(draft, text, { flag: 'wx', flush: true, ...(status && { mode: status.mode }) });
  } catch (thrown) {
    rmSync(draft, { force: true });
    throw thrown;
  }
  return { draft, target };
}
