import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseOrgId } from '../../../../services/shared/kernel/ids.js';
import type { DirectoryFacts } from '../../../../services/shared/policy/facts.js';
import { loadPolicies } from '../../../../services/shared/policy/policies.js';
import { SCHEMA_FILE } from '../../../../services/shared/policy/schema.js';
import { digest } from '../../../../services/shared/trust/digest.js';
import { differingRoutes } from '../../../../services/shared/workbench/diff/differing-routes.js';
import { conditionOf } from '../../../../services/shared/workbench/prove/prove-invariant.js';
import type { Version } from '../../../../services/shared/workbench/space/answers.js';
import { alfa, bravo, charlie, facts, folderWith, rule } from '../../policy/folder.js';
import { versionWith } from './versions.js';

const OPEN = rule('permit (principal, action, resource);', 'open');
const NO_RED = rule('forbid (principal, action, resource) when { resource.kind == Kind::"red" };', 'no-red');
const version = versionWith();

const namesOf = (after: Version, before = version, conditions: readonly string[] = []): readonly string[] =>
  differingRoutes(before, after, conditions.map(conditionOf)).map(
    ({ originator, recipient }) => `${originator} ${recipient}`,
  );

test('routes: when an export changes, only the routes that it is asked about differ', () => {
  const { sets } = versionWith({ 'alfa/export.cedar': OPEN + NO_RED });
  expect(namesOf({ sets, directory: facts })).toEqual(['alfa bravo', 'alfa charlie']);
});

test('routes: when the facts about a member change, only the routes to it differ, because rules read facts of recipients alone', () => {
  const other = { ...facts.organisations.get(charlie)!, agreements: [alfa] };
  const directory = { organisations: new Map([...facts.organisations, [charlie, other]]) };
  expect(namesOf({ sets: version.sets, directory })).toEqual(['alfa charlie', 'bravo charlie']);
});

/** Returns the three members, of which some have an agreement with delta, and delta. */
function withDelta(agreed: readonly string[] = []): DirectoryFacts {
  const delta = parseOrgId('delta');
  const members = [...facts.organisations.values()].map((each) =>
    agreed.includes(each.id) ? { ...each, agreements: [...each.agreements, delta] } : each,
  );
  const entry = { ...facts.organisations.get(charlie)!, id: delta, groups: ['east'] };
  return { organisations: new Map([...members, entry].map((each) => [each.id, each])) };
}

/** Returns a version with these rules of alfa's export, and one that delta has joined. */
function joinedBy(condition: string, agreed?: readonly string[]) {
  const files = {
    'alfa/export.cedar': OPEN + rule(`forbid (principal, action, resource) when { ${condition} };`, 'x'),
  };
  const directory = withDelta(agreed);
  const folder = folderWith({
    ...files,
    'delta/export.cedar': rule('permit (principal, action, resource);', 'delta-x'),
    'delta/import.cedar': rule('permit (principal, action, resource);', 'delta-i'),
  });
  const after = { sets: loadPolicies(folder, directory, digest), directory };
  return { before: versionWith(files), after };
}

const OF_DELTA = ['alfa delta', 'bravo delta', 'charlie delta', 'delta alfa', 'delta bravo', 'delta charlie'];

test('routes: when a member joins, also with a new group, only its own routes differ', () => {
  const { before, after } = joinedBy('resource.consents.contains(principal.id)');
  expect(namesOf(after, before)).toEqual(OF_DELTA);
  expect(namesOf(before, after)).toHaveLength(OF_DELTA.length);
});

test('routes: when a member joins, those to a member that has an agreement with it differ', () => {
  const { before, after } = joinedBy('resource.minor', [bravo]);
  expect(namesOf(after, before)).toEqual([
    'alfa bravo',
    'alfa delta',
    'bravo delta',
    'charlie bravo',
    ...OF_DELTA.slice(2),
  ]);
});

test.each([
  'resource.consents.isEmpty()',
  '[principal.id].containsAll(resource.consents)',
  'resource.consents == [principal.id]',
  'resource == principal',
])('routes: when a member joins, those differ whose rules read all consents: `%s`', (condition) => {
  const { before, after } = joinedBy(condition);
  expect(namesOf(after, before)).toEqual(['alfa bravo', 'alfa charlie', ...OF_DELTA]);
});

test('routes: when a member joins, all differ for an invariant that reads all consents', () => {
  const { before, after } = joinedBy('resource.minor');
  expect(namesOf(after, before, ['resource.minor'])).toEqual(OF_DELTA);
  expect(namesOf(after, before, ['resource.consents.isEmpty()'])).toHaveLength(4 * 3);
});

test('routes: all differ when the schema has another word', () => {
  const schema = readFileSync(join(folderWith(), SCHEMA_FILE), 'utf8');
  const sets = loadPolicies(folderWith({ [SCHEMA_FILE]: schema.replace(', "ZW"', '') }), facts, digest);
  expect(namesOf({ sets, directory: facts })).toHaveLength(3 * 2);
});
