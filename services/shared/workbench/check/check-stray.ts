import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { didYouMean, nearest } from '../../kernel/nearest.js';
import { type Finding, findingOf } from './finding.js';

const BOTH = ['cases.yaml', 'approvals.yaml'];
const SCHEMA = 'schema.cedarschema';
const FILES = {
  member: ['export.cedar', 'import.cedar', ...BOTH],
  federation: ['rules.cedar', 'members.yaml', 'directory.yaml', 'invariants.yaml', ...BOTH],
};

/** Finds files that nothing reads: in the folder of no member, or under an unknown name. */
export function checkStray(folder: string, members: readonly string[]): readonly Finding[] {
  const owners = ['federation', ...members];
  return [...strayAbove(folder, owners), ...strayBelow(folder, owners)];
}

/** Finds files beside the folders of the organisations, where only the schema is read. */
function strayAbove(folder: string, owners: readonly string[]): readonly Finding[] {
  return filesIn(folder)
    .filter((file) => file !== SCHEMA)
    .map((path) => {
      const owner = nearest(path.split('.')[0] ?? '', owners);
      const meant = owner === undefined ? undefined : `${owner}/${filesOf(owner)[0]}`;
      const near = didYouMean(path, [SCHEMA]) || (meant === undefined ? '' : `, did you mean \`${meant}\``);
      return findingOf('stray', { path, message: `nothing reads this file${near}` });
    });
}

function strayBelow(folder: string, owners: readonly string[]): readonly Finding[] {
  return foldersIn(folder).flatMap((owner) => {
    const files = filesIn(join(folder, owner));
    if (!owners.includes(owner)) {
      return files.map((file) =>
        findingOf('stray', {
          path: `${owner}/${file}`,
          message: `no member \`${owner}\`${didYouMean(owner, owners)}: nothing reads this file`,
        }),
      );
    }
    const known = filesOf(owner);
    return files
      .filter((file) => !known.includes(file))
      .map((file) =>
        findingOf('stray', {
          path: `${owner}/${file}`,
          message: `nothing reads this file${didYouMean(file, known)}`,
        }),
      );
  });
}

/**
 * Returns the known path nearest to a stray one: `europol/export.cedar` for `europol/exports.cedar`; undefined if none
 * is near.
 */
export function meantFile(path: string): string | undefined {
  const [owner = '', file = ''] = path.split('/');
  const meant = nearest(file, filesOf(owner));
  return meant === undefined ? undefined : `${owner}/${meant}`;
}

function filesOf(owner: string): readonly string[] {
  return owner === 'federation' ? FILES.federation : FILES.member;
}

/** Returns the names of the subfolders, one for each organisation and `federation`. */
export function foldersIn(folder: string): readonly string[] {
  return entriesIn(folder)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();
}

function filesIn(folder: string): readonly string[] {
  return entriesIn(folder)
    .filter((entry) => entry.isFile() && isMeantToBeRead(entry.name))
    .map(({ name }) => name)
    .toSorted();
}

const RULE_ENDINGS = ['cedar', 'cedarschema'];

/** True for `.cedar` and `.yaml` in any case, and for what is nearly the first: `.ceder`. */
function isMeantToBeRead(file: string): boolean {
  const ending = /[^.]\.([^.~]+)$/.exec(file)?.[1];
  if (ending === undefined) return false;
  return /^ya?ml$/i.test(ending) || nearest(ending, RULE_ENDINGS) !== undefined;
}

function entriesIn(folder: string): readonly Dirent[] {
  return readdirSync(folder, { withFileTypes: true });
}
