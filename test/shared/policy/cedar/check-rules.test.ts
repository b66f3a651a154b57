import { expect, test } from 'vitest';
import { checkRules, MAX_KEPT_FILES } from '../../../../services/shared/policy/cedar/check-rules.js';
import { parseOrgId } from '../../../../services/shared/kernel/ids.js';
import { charlie, facts, folderWith, loadWith, rule } from '../folder.js';
import { loadPolicies } from '../../../../services/shared/policy/policies.js';
import { digest } from '../../../../services/shared/trust/digest.js';

const path = 'alfa/export.cedar';
const OPEN = rule('permit (principal, action, resource);', 'open');

test('rules: the result of a check is reused only for the same file and text under the same schema', () => {
  const { schema } = loadWith({});
  const first = checkRules({ path, text: OPEN }, schema);
  expect(checkRules({ path, text: OPEN }, structuredClone(schema))).toBe(first);
  expect(checkRules({ path, text: `${OPEN}\n` }, schema)).not.toBe(first);
});

test('rules: of the files that were checked only the last are kept, and none that is long', () => {
  const { schema } = loadWith({});
  const long = { path, text: `${OPEN}\n${'//'.repeat(40_000)}` };
  expect(checkRules(long, schema)).not.toBe(checkRules(long, schema));
  const first = checkRules({ path, text: OPEN }, schema);
  for (let n = 0; n < MAX_KEPT_FILES; n += 1) checkRules({ path: `${n}`, text: OPEN }, schema);
  expect(checkRules({ path, text: OPEN }, schema)).not.toBe(first);
});

test('rules: a file that was checked is checked again when a member that it names is gone', () => {
  const text = rule('permit (principal, action, resource) when { principal.id == OrgId::"delta" };', 'delta');
  const delta = parseOrgId('delta');
  const organisations = new Map([
    ...facts.organisations,
    [delta, { ...facts.organisations.get(charlie)!, id: delta }],
  ]);
  const files = {
    'delta/export.cedar': OPEN.replace('open', 'd-x'),
    'delta/import.cedar': OPEN.replace('open', 'd-i'),
  };
  const { schema } = loadPolicies(folderWith(files), { organisations }, digest);
  expect(checkRules({ path, text }, schema).faults).toEqual([]);
  expect(checkRules({ path, text }, loadWith({}).schema).faults).toMatchObject([{ code: 'unknown-word' }]);
});
