import { expect, test } from 'vitest';
import {
  cedarInstance,
  formatPolicies,
  policyToJson,
  schemaToJson,
} from '../../../../services/shared/policy/cedar/cedar.js';
import { createCedarSlots } from '../../../../services/shared/policy/cedar/cedar-engine.js';
import type { Question } from '../../../../services/shared/policy/engine.js';
import type { OrganisationFacts } from '../../../../services/shared/policy/facts.js';
import { attributes, bravo, facts, loadWith } from '../folder.js';

const ruleOf = (condition: string): string => `permit (principal, action, resource) when { ${condition} };`;
const nested = (levels: number): string => ruleOf(`${'('.repeat(levels)}true${')'.repeat(levels)}`);
/** Below the bounds of `nesting.ts`, and too deep for Cedar's stack. */
const TRAP = ruleOf(`${'if true then '.repeat(990)}true${' else true'.repeat(990)}`);

test('Cedar: a rule with 99 nested brackets is read, one with 300 is a failure where the hundredth opens', () => {
  expect(policyToJson(nested(99)).type).toBe('success');
  const text = `@reason("ö")\n${nested(300)}`;
  const location = [{ start: Buffer.byteLength(text.split('(true')[0] ?? '') - 200 }];
  const error = { message: 'nested more than 100 levels deep', sourceLocations: location };
  for (const answer of [policyToJson(text), formatPolicies({ policyText: text })])
    expect(answer).toMatchObject({ type: 'failure', errors: [error] });
});

test('Cedar: brackets in comments and strings are no nesting', () => {
  const brackets = '('.repeat(300);
  expect(policyToJson(`@reason("${brackets}")\n// ${brackets}\n${nested(1)}`).type).toBe('success');
});

test('Cedar: a chain of more than 1,000 operators is a failure, at the operator that is too many', () => {
  const text = ruleOf(`true${' && true'.repeat(5000)}`);
  const message = 'more than 1000 operators in one rule: split it';
  const start = text.indexOf('&&') + 1000 * ' && true'.length;
  expect(policyToJson(text)).toMatchObject({ errors: [{ message, sourceLocations: [{ start }] }] });
});

test('Cedar: a schema with 5,000 nested types is a failure, and the next schema is read', () => {
  const text = `entity A = { a: ${'Set<'.repeat(5000)}Bool${'>'.repeat(5000)} };`;
  expect(schemaToJson(text)).toMatchObject({ errors: [{ message: 'nested more than 100 levels deep' }] });
  expect(schemaToJson('entity A = { a: Set<Bool> };').type).toBe('success');
});

test('Cedar: an instance that traps is thrown away, and the next call is answered by a new one', () => {
  const before = cedarInstance();
  expect(() => before.policyToJson(TRAP)).toThrow();
  expect(() => before.policyToJson(nested(1))).toThrow();
  expect(policyToJson(nested(1)).type).toBe('failure');
  expect(policyToJson(nested(1)).type).toBe('success');
  expect(cedarInstance()).not.toBe(before);
});

test('Cedar: sets that were parsed before a trap are decided as before it', () => {
  const engine = createCedarSlots().load(loadWith());
  const recipient = facts.organisations.get(bravo) as OrganisationFacts;
  const question: Question = { permission: 'receive', recipient, notice: attributes };
  const answer = engine.evaluate('alfa/export', question);
  expect(answer.decision).toBe('allow');
  expect(policyToJson(TRAP)).toMatchObject({
    errors: [{ message: 'nested or chained too deeply to be read' }],
  });
  expect(engine.evaluate('alfa/export', question)).toEqual(answer);
});
