import { expect, test } from 'vitest';
import {
  cedarInstance,
  formatPolicies,
  policyToJson,
  schemaToJson,
  validateRules,
} from '../../../../services/shared/policy/cedar/cedar.js';
import { createCedarSlots } from '../../../../services/shared/policy/cedar/cedar-engine.js';
import type { Question } from '../../../../services/shared/policy/engine.js';
import type { OrganisationFacts } from '../../../../services/shared/policy/facts.js';
import { attributes, bravo, facts, loadWith } from '../folder.js';

const ruleOf = (condition: string): string => `permit (principal, action, resource) when { ${condition} };`;
const nested = (levels: number): string => ruleOf(`${'('.repeat(levels)}true${')'.repeat(levels)}`);

test('Cedar: a rule with 29 nested brackets is read, one with 300 is a failure where the first is too many', () => {
  expect(policyToJson(nested(29))).toMatchObject({ type: 'success' });
  const text = `@reason("ö")\n${nested(300)}`;
  const location = [{ start: Buffer.byteLength(text.split('(true')[0] ?? '') - 270 }];
  const error = { message: 'nested more than 30 levels deep', sourceLocations: location };
  for (const answer of [policyToJson(text), formatPolicies({ policyText: text })])
    expect(answer).toMatchObject({ type: 'failure', errors: [error] });
});

test('Cedar: brackets in comments and strings are no nesting', () => {
  const brackets = '('.repeat(300);
  expect(policyToJson(`@reason("${brackets}")\n// ${brackets}\n${nested(1)}`).type).toBe('success');
});

test.each([
  ['true && ', 150, 'more than 150 of `&&`, `||` in one rule: split it'],
  ['if true then true else ', 50, 'more than 50 of `if` in one rule: split it'],
  ['1 + ', 50, 'more than 50 of `+`, `-`, `*` in one rule: split it'],
])(
  'Cedar: a chain of `%s` is read %i times, and is a failure where it is one too long',
  (link, most, message) => {
    const end = link.startsWith('1') ? '1 == 1' : 'true';
    expect(policyToJson(ruleOf(link.repeat(most) + end)).type).toBe('success');
    const text = ruleOf(link.repeat(5000) + end);
    const at = text.indexOf(link) + most * link.length + link.search(/&&|if|\+/);
    expect(policyToJson(text)).toMatchObject({ errors: [{ message, sourceLocations: [{ start: at }] }] });
  },
);

test('Cedar: a chain of more than 50 dots is a failure, and as many in different operands are none', () => {
  const chain = policyToJson(ruleOf(`principal${'.a'.repeat(3000)}`));
  expect(chain).toMatchObject({ errors: [{ message: 'more than 50 dots in one operand' }] });
  expect(policyToJson(ruleOf(`[${'principal.a.b, '.repeat(200)}principal.a].isEmpty()`)).type).toBe(
    'success',
  );
});

test('Cedar: a schema with 5,000 nested types is a failure, and the next schema is read', () => {
  const text = `entity A = { a: ${'Set<'.repeat(5000)}Bool${'>'.repeat(5000)} };`;
  expect(schemaToJson(text)).toMatchObject({ errors: [{ message: 'nested more than 30 levels deep' }] });
  expect(schemaToJson('entity A = { a: Set<Bool> };').type).toBe('success');
});

/** Has Cedar validate a rule that was never parsed, and so passed no bounds. */
function trap(): void {
  const answer = validateRules({
    schema: loadWith().schema,
    policies: { staticPolicies: { deep: nested(3000) } },
  });
  expect(answer).toMatchObject({ errors: [{ message: 'nested or chained too deeply to be read' }] });
}

test('Cedar: an instance that traps is thrown away, and the next call is answered by a new one', () => {
  const before = cedarInstance();
  trap();
  expect(policyToJson(nested(1)).type).toBe('success');
  expect(cedarInstance()).not.toBe(before);
});

test('Cedar: sets that were parsed before a trap are decided as before it', () => {
  const engine = createCedarSlots().load(loadWith());
  const recipient = facts.organisations.get(bravo) as OrganisationFacts;
  const question: Question = { permission: 'receive', recipient, notice: attributes };
  const answer = engine.evaluate('alfa/export', question);
  expect(answer.decision).toBe('allow');
  trap();
  expect(engine.evaluate('alfa/export', question)).toEqual(answer);
});
