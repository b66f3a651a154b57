import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createBundle } from '../../../../services/shared/policy/adopted/bundle.js';
import {
  folderOfBundle,
  unreleasedRules,
  withRulesOfAll,
  writeTexts,
} from '../../../../services/shared/policy/adopted/bundle-folder.js';
import { readFacts } from '../../../../services/shared/policy/facts.js';
import { loadPolicies } from '../../../../services/shared/policy/policies.js';
import { digest } from '../../../../services/shared/trust/digest.js';
import { FEDERATION } from '../../workbench/check/lint.js';
import { alfa, charlie, folderWith, rule } from '../folder.js';

const RULES = rule('permit (principal, action, resource);', 'alfa-export-open');
const bundle = createBundle(
  [
    ['alfa/export.cedar', RULES],
    ['federation/members.yaml', FEDERATION['federation/members.yaml']],
  ],
  digest,
);
const texts = withRulesOfAll(folderOfBundle(bundle, 'demo'));

test('the folder of a bundle has its texts unchanged, and rules that permit nothing for members without any', () => {
  expect(texts.get('alfa/export.cedar')).toBe(RULES);
  expect(texts.get('alfa/import.cedar')).toBe(unreleasedRules(alfa, 'import'));
  expect(texts.get('charlie/export.cedar')).toBe(unreleasedRules(charlie, 'export'));
});

test('the folder of a bundle loads as written', () => {
  const folder = folderWith();
  writeTexts(folder, texts);
  expect(readFileSync(join(folder, 'alfa/export.cedar'), 'utf8')).toBe(RULES);
  const facts = readFacts(folder);
  expect([...facts.organisations.keys()]).toEqual(['alfa', 'bravo', 'charlie']);
  expect(loadPolicies(folder, facts, digest).rules.has('charlie-export-unreleased')).toBe(true);
});
