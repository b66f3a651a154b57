import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { didYouMean, nearest } from '../../kernel/nearest.js';
import { SCHEMA_FILE } from '../../policy/schema.js';
import { type Finding, findingOf } from './finding.js';

const BOTH = ['cases.yaml', 'approvals.yaml'];
const FILES = {
  member: ['export.cedar', 'import.cedar', ...BOTH],
  federation: ['rules.cedar', 'members.yaml', 'directory.yaml', 'deadlines.yaml', 'invariants.yaml', ...BOTH],
};

/** How many levels of folders below the folder of an organisation are looked through. */
const MAX_DEPTH = 3;

/**
 * Finds files that nothing reads: in the folder of no member, in a folder below that of a member, or under an unknown
 * name. Does not follow links, and looks into no folder whose name begins with a full stop.
 */
export function checkStray(folder: string, members: readonly string[]): readonly Finding[] {
  const owners = ['federation', ...members];
  return [
    ...strayAbove(folder, owners),
    ...foldersIn(folder).flatMap((owner) =>
      owners.includes(owner) ? strayBelow(folder, owner) : strayElsewhere(folder, owner, owners),
    ),
  ];
}

/** Finds files beside the folders of the organisations, where only the schema is read. */
function strayAbove(folder: string, owners: readonly string[]): readonly Finding[] {
  return filesIn(folder, [SCHEMA_FILE])
    .filter((file) => file !== SCHEMA_FILE)
    .map((path) => {
      const owner = nearest(path.split('.')[0] ?? '', owners);
      const named = owner === undefined ? undefined : `${owner}/${filesOf(owner)[0]}`;
      return nothingReads(path, nearestFile(path, [SCHEMA_FILE]) ?? named);
    });
}

function strayElsewhere(folder: string, owner: string, owners: readonly string[]): readonly Finding[] {
  const message = `no member \`${owner}\`${didYouMean(owner, owners)}: nothing reads this file`;
  return filesBelow(folder, owner).map((path) => findingOf('stray', { path, message }));
}

function strayBelow(folder: string, owner: string): readonly Finding[] {
  const known = filesOf(owner);
  return filesBelow(folder, owner)
    .filter((path) => !known.includes(path.slice(owner.length + 1)))
    .map((path) => nothingReads(path, meantFile(path)));
}

function nothingReads(path: string, meant: string | undefined): Finding {
  const near = meant === undefined ? '' : `, did you mean \`${meant}\``;
  return findingOf('stray', { path, message: `nothing reads this file${near}` });
}

/**
 * Returns the known path nearest to a stray one: `europol/export.cedar` for `europol/exports.cedar`,
 * `europol/export.cedar.txt` and `europol/rules/export.cedar`; undefined if none is near.
 */
export function meantFile(path: string): string | undefined {
  const [owner = '', ...names] = path.split('/');
  const meant = nearestFile(names.at(-1) ?? '', filesOf(owner));
  return meant === undefined ? undefined : `${owner}/${meant}`;
}

function nearestFile(file: string, known: readonly string[]): string | undefined {
  return wronglyEnded(file, known) ?? nearest(file, known);
}

/** Returns the known file whose ending is left out or followed by `.txt`: `export.cedar` for `export` or `Export.txt`. */
function wronglyEnded(file: string, known: readonly string[]): string | undefined {
  const name = file.toLowerCase().replace(/\.txt$/, '');
  return known.find((each) => name === each || name === each.split('.')[0]);
}

function filesOf(owner: string): readonly string[] {
  return owner === 'federation' ? FILES.federation : FILES.member;
}

/** Returns the names of the subfolders, one for each organisation and `federation`. */
export function foldersIn(folder: string): readonly string[] {
  return entriesIn(folder)
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .toSorted();
}

/** Returns the files in the folder of an organisation or in one below it, by their paths from `root`. */
function filesBelow(root: string, path: string): readonly string[] {
  const [owner = '', ...below] = path.split('/');
  const inside = below.length === MAX_DEPTH ? [] : foldersIn(join(root, path));
  return [
    ...filesIn(join(root, path), filesOf(owner)).map((file) => `${path}/${file}`),
    ...inside.flatMap((name) => filesBelow(root, `${path}/${name}`)),
  ];
}

/** Returns the files that look like ones to be read as one of the known files. */
function filesIn(folder: string, known: readonly string[]): readonly string[] {
  return entriesIn(folder)
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .filter((file) => isMeantToBeRead(file) || wronglyEnded(file, known) !== undefined)
    .toSorted();
}

const RULE_ENDINGS = ['cedar', 'cedarschema'];

/** True for `.cedar` and `.yaml` in any case, and for what is nearly the first: `.ceder`. */
function isMeantToBeRead(file: string): boolean {
  const ending = /[^.]\.([^.~]+)$/.exec(file)?.[1];
  if (ending === undefined) return false;
  return /^ya?ml$/i.test(ending) || nearest(ending, RULE_ENDINGS) !== undefined;
}

/** A folder that cannot be read counts as empty: what must be in it is reported as missing. */
function entriesIn(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
