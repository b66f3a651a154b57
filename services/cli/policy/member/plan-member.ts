import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Detail, fail, type LiaisonError } from '../../../shared/kernel/errors.js';
import { isOrgId, MAX_MEMBERS, type OrgId } from '../../../shared/kernel/ids.js';
import { didYouMean, nearestOrAll } from '../../../shared/kernel/nearest.js';
import { INVARIANTS_FILE } from '../../../shared/policy/adopted/bundle.js';
import { type DirectoryFacts, readFacts, tooManyMembers } from '../../../shared/policy/facts.js';
import { MEMBERS_FILE } from '../../../shared/policy/federation-files.js';
import { readTextOrThrow } from '../../../shared/policy/load/rule-files.js';
import { CLASSIFICATIONS, NEW_MEMBER_ID, RESERVED_IDS } from '../../../shared/trust/directory-source.js';
import { withEdits } from '../../../shared/workbench/child/copy-with-edits.js';
import { readYaml } from '../../../shared/kernel/yaml-file.js';
import { editMembers, type NewMember } from './edit-members.js';
import { addJoining } from './joining-invariants.js';
import { memberFiles, type PlannedFile } from './member-files.js';
import { nameInCases } from './other-cases.js';

/** Everything that adding a member writes. */
export interface MemberPlan {
  readonly id: OrgId;
  /** The rules and cases of the new member. */
  readonly created: readonly PlannedFile[];
  /** Files that exist, with their new texts; `members.yaml` is the last. */
  readonly changed: readonly PlannedFile[];
  /** What may be a mistake, and in which cases of others the member was named, in words. */
  readonly notes: readonly string[];
}

/**
 * Plans to add a member to a folder of policies; writes nothing in it. With `factsOnly` it gets no rules and cases of its own,
 * and the cases of others stay as they are. Throws `config-invalid` and `policy-invalid` when the
 * folder cannot be read, `usage` with the place of an id or a fact that is not allowed.
 */
export async function planMember(
  folder: string,
  { factsOnly = false, ...member }: NewMember & { readonly factsOnly?: boolean },
): Promise<MemberPlan> {
  const facts = readFacts(folder);
  const text = readTextOrThrow(folder, MEMBERS_FILE) ?? '';
  const id = newId(member.id, { folder, facts, text });
  const known = [...facts.organisations.keys()];
  refuse(factFaults(member, known));
  const edited = editMembers(text, member);
  const created = factsOnly ? [] : memberFiles(id, member.agreements[0] ?? known[0]);
  const changed = [...joiningIn(folder, id), { path: MEMBERS_FILE, text: edited.text }];
  // Without rules, no case can be decided here.
  const cases = factsOnly
    ? []
    : await withEdits({ folder, scratch: tmpdir() }, [...created, ...changed], (copy) =>
        nameInCases(copy, id),
      );
  return {
    id,
    created,
    changed: [...cases.map(({ path, text }) => ({ path, text })), ...changed],
    notes: [
      ...newGroups(member.groups, facts),
      ...(edited.isReformatted
        ? [`${join(folder, MEMBERS_FILE)}: its spacing is made uniform; values and comments are kept`]
        : []),
      ...cases.map(
        ({ path, named }) => `${path}: cases that name ${id}, because \`others\` does not fit it: ${named}`,
      ),
    ],
  };
}

/** Returns `invariants.yaml` with the member under `joining`; nothing if the file is missing or stays as it is. */
function joiningIn(folder: string, id: OrgId): readonly PlannedFile[] {
  const path = INVARIANTS_FILE;
  const before = readTextOrThrow(folder, path);
  if (before === undefined) return [];
  const text = addJoining(before, id);
  return text === before ? [] : [{ path, text }];
}

function factFaults(member: NewMember, known: readonly string[]): readonly Detail[] {
  const group = 'lower-case letters, digits and `-`, at most 64';
  return [
    ...unknown(member.agreements, known, { path: '--agreement', what: 'member' }),
    ...unknown(member.accreditedFor, CLASSIFICATIONS, { path: '--accredited', what: 'classification' }),
    ...member.groups
      .filter((word) => !isOrgId(word))
      .map((word) => ({ path: '--group', message: `\`${word}\` is not a group: ${group}` })),
    ...(['name', 'seat'] as const)
      .filter((field) => member[field].trim() === '' || member[field].length > MAX_TEXT)
      .map((field) => ({ path: `--${field}`, message: `expected 1 to ${MAX_TEXT} characters` })),
  ];
}

const MAX_TEXT = 200;

interface Surroundings {
  readonly folder: string;
  readonly facts: DirectoryFacts;
  readonly text: string;
}

/** Returns the id if a member may be added under it, else throws `usage` with the place that prevents it. */
function newId(id: string, { folder, facts, text }: Surroundings): OrgId {
  const file = join(folder, MEMBERS_FILE);
  if (!isOrgId(id) || !new RegExp(NEW_MEMBER_ID, 'u').test(id))
    throw usage({
      path: '<id>',
      message: `\`${id}\` is not an id: lower-case letters, digits and \`-\`, at most 64, not digits alone`,
    });
  if (RESERVED_IDS.includes(id)) throw usage({ path: '<id>', message: `\`${id}\` is no name for a member` });
  const { placeOf, placeOfName } = readYaml(file, text);
  if (facts.organisations.has(id))
    throw usage({ path: placeOfName(['members'], id), message: `\`${id}\` is a member already` });
  if (facts.organisations.size >= MAX_MEMBERS)
    throw usage({ path: placeOf(['members']), message: tooManyMembers(facts.organisations.size + 1) });
  const own = join(folder, id);
  if (existsSync(own))
    throw usage({
      path: own,
      message: `exists already: move it away, or write its entry in ${MEMBERS_FILE} by hand`,
    });
  return id;
}

function unknown(
  words: readonly string[],
  known: readonly string[],
  { path, what }: { readonly path: string; readonly what: string },
): readonly Detail[] {
  return words
    .filter((word) => !known.includes(word))
    .map((word) => ({ path, message: `no ${what} \`${word}\`${nearestOrAll(word, known)}` }));
}

/** A group of one member alone may be a misspelt one. */
function newGroups(groups: readonly string[], { organisations }: DirectoryFacts): readonly string[] {
  const known = new Set([...organisations.values()].flatMap((each) => each.groups));
  return groups
    .filter((group) => !known.has(group))
    .map((group) => `\`${group}\` is a new group: no other member is in it${didYouMean(group, known)}`);
}

function refuse(faults: readonly Detail[]): void {
  if (faults[0] !== undefined) throw usage(faults[0], faults);
}

function usage(first: Detail, all: readonly Detail[] = [first]): LiaisonError {
  return fail('usage', `\`${first.path}\`: ${first.message}`, all);
}
