import { expect, test } from 'vitest';
import { createCedarSlots } from '../../../services/shared/policy/cedar/cedar-engine.js';
import { createCompiledEngine } from '../../../services/shared/policy/compiled-engine.js';
import type { Question } from '../../../services/shared/policy/engine.js';
import type { OrganisationFacts } from '../../../services/shared/policy/facts.js';
import { attributes, bravo, facts, loadWith, policyWith, rule } from './folder.js';

const HUGE = 'when { 9223372036854775807 + 1 > 0 }';
const RULES =
  rule('permit (principal, action, resource);', 'open') +
  rule(`forbid (principal, action, resource) ${HUGE};`, 'broken');

test('a deny by error names the rule that cannot be evaluated, not a permit that holds', () => {
  const sets = loadWith({ 'alfa/export.cedar': RULES });
  const recipient = facts.organisations.get(bravo) as OrganisationFacts;
  const question: Question = { permission: 'receive', recipient, notice: attributes };
  for (const engine of [createCompiledEngine(sets, createCedarSlots()), createCedarSlots().load(sets)])
    expect(engine.evaluate('alfa/export', question)).toMatchObject({ decision: 'deny', rules: ['broken'] });
});

test('a deny by error does not show the reason that the author of the rule gave', () => {
  const { policy } = policyWith({ 'alfa/export.cedar': RULES });
  const [decision] = policy.decide({ attributes, sections: ['identity'], recipients: [bravo] });
  const reason = 'the rule cannot be evaluated';
  expect(decision?.rules).toEqual([{ layer: 'export', id: 'broken', reason }]);
});
