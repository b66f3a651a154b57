import { policyToJson, type PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { describe, expect, test } from 'vitest';
import { createCedarSlots } from '../../../services/shared/policy/cedar/cedar-engine.js';
import { createCompiledEngine } from '../../../services/shared/policy/compiled-engine.js';
import type { Permission, Question } from '../../../services/shared/policy/engine.js';
import type { OrganisationFacts } from '../../../services/shared/policy/facts.js';
import { permissionsOf } from '../../../services/shared/policy/scope.js';
import { setOfTexts } from './any-rule.js';
import { attributes, bravo, facts, groupedSchema, loadWith, policyWith, rule } from './folder.js';

const grouped = loadWith({ 'schema.cedarschema': groupedSchema });

function jsonOf(scope: string): PolicyJson {
  const answer = policyToJson(`permit (${scope});`);
  if (answer.type === 'failure') throw new Error(answer.errors[0]?.message);
  return answer.json;
}

describe('the permissions of a rule', () => {
  test.each<[string, readonly Permission[]]>([
    ['principal, action, resource', ['receive', 'disclose', 'advertise']],
    ['principal, action == Action::"receive", resource', ['receive']],
    ['principal, action in Action::"receive", resource', ['receive']],
    ['principal, action in Action::"exchange", resource', ['receive', 'disclose']],
    ['principal, action in Action::"contents", resource', ['disclose']],
    ['principal, action in [Action::"advertise", Action::"contents"], resource', ['disclose', 'advertise']],
    ['principal, action == Action::"exchange", resource', []],
    ['principal, action in Other::Action::"exchange", resource', []],
    ['principal is Organisation, action, resource is Notice', ['receive', 'disclose', 'advertise']],
    ['principal is Notice, action, resource', []],
    ['principal, action, resource is Organisation', []],
    ['principal in Group::"north", action, resource', []],
    ['principal is Organisation in Group::"north", action, resource', []],
  ])('(%s) are %j', (scope, permissions) => {
    expect([...permissionsOf(jsonOf(scope), grouped.schema)]).toEqual(permissions);
  });

  test('are those named alone when the schema is not known', () => {
    expect([
      ...permissionsOf(jsonOf('principal, action in Action::"exchange", resource'), undefined),
    ]).toEqual([]);
    expect(permissionsOf(jsonOf('principal, action, resource'), undefined).size).toBe(3);
  });
});

describe('a forbid on an action group', () => {
  const exchange = (condition: string): string =>
    rule(`forbid (principal, action in Action::"exchange", resource) when { ${condition} };`, 'no-exchange');
  const open = rule('permit (principal, action, resource);', 'open');

  test('denies what the actions in the group ask for', () => {
    const files = {
      'schema.cedarschema': groupedSchema,
      'alfa/export.cedar': open + exchange('resource.kind == Kind::"red"'),
    };
    const { policy, faults } = policyWith(files);
    const asked = { attributes, sections: ['identity'] as const, recipients: [bravo] };
    expect(policy.decide(asked)).toMatchObject([
      { outcome: 'denied', layer: 'export', rules: [{ id: 'no-exchange' }] },
    ]);
    const blue = { ...asked, attributes: { ...attributes, kind: 'blue' as const } };
    expect(policy.decide(blue)).toMatchObject([{ outcome: 'delivered' }]);
    expect(faults).toEqual([]);
  });

  test('closes a section through a group within the group', () => {
    const files = {
      'schema.cedarschema': groupedSchema,
      'alfa/export.cedar': open + exchange('context has section && context.section == Section::"media"'),
    };
    const [decision] = policyWith(files).policy.decide({ attributes, sections: ['identity', 'media'] });
    expect(decision).toMatchObject({ outcome: 'redacted', sections: ['identity'], withheld: ['media'] });
  });
});

describe('a scope that matches no recipient or no notice', () => {
  const recipient = facts.organisations.get(bravo) as OrganisationFacts;
  const receive: Question = { permission: 'receive', recipient, notice: attributes };

  test.each([
    'principal is Notice, action, resource',
    'principal, action, resource is Organisation',
    'principal, action, resource is Kind',
    'principal in Group::"north", action, resource',
    'principal is Organisation in Group::"north", action, resource',
    'principal == OrgId::"bravo", action, resource',
    'principal, action == Action::"exchange", resource',
  ])('makes a rule that never applies, as in Cedar: (%s)', (scope) => {
    for (const texts of [
      [`permit (${scope});`],
      ['permit (principal, action, resource);', `forbid (${scope});`],
    ]) {
      const sets = setOfTexts(grouped, texts);
      const compiled = createCompiledEngine(sets);
      expect(compiled.interpreted).toEqual([]);
      const answer = compiled.evaluate('federation', receive);
      expect(answer).toEqual(createCedarSlots().load(sets).evaluate('federation', receive));
      expect(answer.rules).toEqual(texts.length === 1 ? [] : ['r0']);
    }
  });
});
