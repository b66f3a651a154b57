import { expect, test } from 'vitest';
import type { DirectoryFacts } from '../../../../services/shared/policy/facts.js';
import { parseOrgId } from '../../../../services/shared/kernel/ids.js';
import type { PolicySets } from '../../../../services/shared/policy/policies.js';
import { differingRoutes } from '../../../../services/shared/workbench/diff/differing-routes.js';
import { loadPolicies } from '../../../../services/shared/policy/policies.js';
import { digest } from '../../../../services/shared/trust/digest.js';
import { alfa, charlie, facts, folderWith, rule } from '../../policy/folder.js';
import { versionWith } from './versions.js';

const OPEN = rule('permit (principal, action, resource);', 'open');
const NO_RED = rule('forbid (principal, action, resource) when { resource.kind == Kind::"red" };', 'no-red');
const version = versionWith();

const namesOf = (directory: DirectoryFacts, sets: PolicySets): readonly string[] =>
  differingRoutes(version, { sets, directory }).map(
    ({ originator, recipient }) => `${originator} ${recipient}`,
  );

test('routes: when an export changes, only the routes that it is asked about differ', () => {
  const { sets } = versionWith({ 'alfa/export.cedar': OPEN + NO_RED });
  expect(namesOf(facts, sets)).toEqual(['alfa bravo', 'alfa charlie']);
});

test('routes: when the facts about a member change, only its routes differ', () => {
  const other = { ...facts.organisations.get(charlie)!, agreements: [alfa] };
  const organisations = new Map([...facts.organisations, [charlie, other]]);
  expect(namesOf({ organisations }, version.sets)).toEqual([
    'alfa charlie',
    'bravo charlie',
    'charlie alfa',
    'charlie bravo',
  ]);
});

test('routes: all differ when there is another member, because consents for it now count', () => {
  const delta = parseOrgId('delta');
  const member = { ...facts.organisations.get(charlie)!, id: delta };
  const directory = { organisations: new Map([...facts.organisations, [delta, member]]) };
  const folder = folderWith({
    'delta/export.cedar': rule('permit (principal, action, resource);', 'delta-x'),
    'delta/import.cedar': rule('permit (principal, action, resource);', 'delta-i'),
  });
  expect(namesOf(directory, loadPolicies(folder, directory, digest))).toHaveLength(4 * 3);
});
