import { statSync } from 'node:fs';
import { fail } from '../../kernel/errors.js';
import { MAX_MEMBERS, type OrgId } from '../../kernel/ids.js';
import type { Digest } from '../../policy/policies.js';
import { readSchema } from '../../policy/cedar/read-schema.js';
import { readText } from '../../kernel/read-text.js';
import { type Schema, SCHEMA_FILE } from '../../policy/schema.js';
import { checkDirectory, type CheckedDirectory, type ParseDirectory } from './check-directory.js';
import { checkFiles, readableCases } from './check-files.js';
import { checkSchema } from './check-schema.js';
import { type CheckedSets, checkSets, isAbout } from './check-sets.js';
import { checkStray, foldersIn, meantFile } from './check-stray.js';
import { type Finding, findingOf, placeOf, unreadable } from './finding.js';
import { lintIdle } from './lint-idle.js';
import { type LintContext, lintRules } from './lint-rules.js';
import { lintShadowed } from './lint-shadowed.js';
import { lintWords } from './lint-words.js';
import { openWorkspace } from '../workspace.js';

/** What `checkFolder` needs besides the folder. */
export interface CheckDeps {
  readonly digest: Digest;
  readonly parseDirectory: ParseDirectory;
  /** `2027-01-31`, in UTC. */
  readonly today: string;
  /** True to skip the searches that find warnings alone: for shadowed and idle rules. */
  readonly errorsOnly?: boolean;
}

/**
 * Returns everything to fix in a folder of policies, by file and place. Every file is checked whatever is wrong in the
 * others. Checks that need a schema or directory are skipped while it cannot be read, and the search for idle rules is
 * skipped while there are errors. Throws `usage` when there is no such folder.
 */
export function checkFolder(folder: string, deps: CheckDeps): readonly Finding[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw fail('usage', `no folder \`${folder}\``);
  const directory = checkDirectory(folder, deps.parseDirectory);
  const members = membersOf(folder, directory);
  const { schema, findings } = folderSchema(folder, directory);
  const checked = checkSets(folder, members, schema);
  const rules = checked.isWhole ? checked.rules : undefined;
  const written = [
    ...findings,
    ...directory.findings,
    ...checked.findings,
    ...checkStray(folder, members),
    ...lintWords(checked.rules),
    ...checkFiles(folder, { members, rules, schema, today: deps.today }),
  ];
  // With wrong facts in the directory, sound rules would look dead.
  const isKnown = directory.findings.length === 0;
  const meant =
    schema && isKnown
      ? lintSets(checked, { schema, directory: directory.facts, errorsOnly: deps.errorsOnly === true })
      : [];
  const isSound = deps.errorsOnly !== true && written.every(({ severity }) => severity !== 'error');
  const idle = isSound ? lintIdle(openWorkspace(folder, deps.digest), readableCases(folder, members)) : [];
  const found = [...written, ...meant, ...idle.filter((each) => !meant.some(explains(each)))];
  return orderFindings(found.filter((finding) => !isKept(finding, checked)));
}

/** True for another finding about the same rule, which says more than that the rule is idle. */
function explains(idle: Finding): (other: Finding) => boolean {
  return (other) => other.lint !== 'undecided' && placeOf(other) === placeOf(idle);
}

/** True for a warning about a rule whose `@keep` says why it stays. */
function isKept(finding: Finding, { rules }: CheckedSets): boolean {
  if (finding.severity !== 'warning') return false;
  return rules.some((rule) => rule.keep !== undefined && isAbout(rule)(finding));
}

/** Returns the members; if the directory cannot be read, the organisations with a folder, up to the bound. */
function membersOf(folder: string, { facts }: CheckedDirectory): readonly OrgId[] {
  if (facts.organisations.size > 0) return [...facts.organisations.keys()];
  const owners = foldersIn(folder).filter((name) => name !== 'federation');
  return owners.slice(0, MAX_MEMBERS) as string[] as OrgId[];
}

interface FolderSchema {
  /** Undefined when the schema is invalid, or no members fill its vocabularies. */
  readonly schema: Schema | undefined;
  readonly findings: readonly Finding[];
}

function folderSchema(folder: string, { facts }: CheckedDirectory): FolderSchema {
  const path = SCHEMA_FILE;
  const read = readText(folder, path);
  if ('fault' in read) return { schema: undefined, findings: unreadable(read) };
  const text = read.type === 'text' ? read.text : undefined;
  const none = { path, message: 'no such file' };
  const findings = text === undefined ? [findingOf('invalid', none)] : checkSchema({ path, text });
  const isUsable = findings.every(({ severity }) => severity !== 'error') && facts.organisations.size > 0;
  return { schema: isUsable ? readSchema(text, facts) : undefined, findings };
}

/** Lints each rule alone, then against the others of its set. */
function lintSets(
  { sets }: CheckedSets,
  { errorsOnly, ...context }: LintContext & { readonly errorsOnly: boolean },
): readonly Finding[] {
  return sets.flatMap((set) => {
    const alone = lintRules(set, context);
    if (errorsOnly) return alone;
    const found = alone.filter(({ lint }) => lint !== 'takes-all' && lint !== 'undecided').map(placeOf);
    const rules = set.rules.filter(({ place }) => !found.includes(place));
    return [...alone, ...lintShadowed({ ...set, rules }, context.schema)];
  });
}

/**
 * Sorts by file, then by place; before all others, files without rules and stray files with similar names.
 */
function orderFindings(findings: readonly Finding[]): readonly Finding[] {
  const empty = findings.filter(({ lint }) => lint === 'no-rules').map(({ path }) => path);
  const isFirst = ({ lint, path }: Finding): boolean =>
    lint === 'no-rules' || (lint === 'stray' && empty.includes(meantFile(path) ?? ''));
  return findings.toSorted(
    (a, b) =>
      Number(isFirst(b)) - Number(isFirst(a)) ||
      compare(a.path, b.path) ||
      a.line - b.line ||
      a.column - b.column ||
      compare(a.message, b.message),
  );
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
