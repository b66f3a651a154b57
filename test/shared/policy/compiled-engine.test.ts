import { describe, expect, test } from 'vitest';
import type { Attributes } from '../../../services/shared/notice/attributes.js';
import { createCedarSlots } from '../../../services/shared/policy/cedar/cedar-engine.js';
import { createCompiledEngine } from '../../../services/shared/policy/compiled-engine.js';
import type { Engine, Evaluation, Question } from '../../../services/shared/policy/engine.js';
import type { OrganisationFacts } from '../../../services/shared/policy/facts.js';
import { setOfTexts } from './any-rule.js';
import { attributes, bravo, facts, loadWith, rule } from './folder.js';

/** The part of an answer that must be the same: the decision, the deciding rules, the rules with errors. */
function essence({ decision, rules, errors }: Evaluation) {
  return { decision, rules, errors: errors.map((error) => error.split(':')[0]).toSorted() };
}

const base = loadWith();

describe('compiled engine, beside Cedar', () => {
  const slots = createCedarSlots();
  const compare = (texts: readonly string[], questions: readonly Question[]) => {
    const policies = setOfTexts(base, texts);
    const cedar: Engine = slots.load(policies);
    const compiled = createCompiledEngine(policies, createCedarSlots());
    for (const question of questions) {
      expect(essence(compiled.evaluate('federation', question))).toEqual(
        essence(cedar.evaluate('federation', question)),
      );
    }
    return compiled;
  };

  const recipient = facts.organisations.get(bravo) as OrganisationFacts;
  const questions: readonly Question[] = [true, false].map((minor) => ({
    permission: 'receive',
    recipient,
    notice: { ...attributes, minor },
  }));

  test.each([
    ['the action', 'action == Action::"receive" && resource.minor'],
    ['a number beyond 2^53', '9223372036854775807 - 9223372036854775806 == 1 && resource.minor'],
    ['a tag', '!principal.hasTag("a") && resource.minor'],
    ['an attribute that every JavaScript object has', '!(resource has toString) && resource.minor'],
    ['an extension', 'ip("127.0.0.1").isLoopback() && resource.minor'],
  ])('a rule with %s is left to Cedar and listed as interpreted', (_, text) => {
    const rules = [
      'permit (principal, action, resource);',
      `forbid (principal, action, resource) when { ${text} };`,
    ];
    const compiled = compare(rules, questions);
    expect(compiled.interpreted).toEqual(['r1']);
    expect(questions.map((question) => compiled.evaluate('federation', question).decision)).toEqual([
      'deny',
      'allow',
    ]);
  });

  test.each([
    ['a number', '1 + 1 == 2 && resource.minor'],
    ['a pattern', '"abc" like "a*" && resource.minor'],
    ['a record with an attribute in it', '{ a: resource.minor }.a'],
    ['a set with an attribute in it', '[principal.id].contains(OrgId::"bravo") && resource.minor'],
    ['a literal of an open type', 'principal == Organisation::"bravo" && resource.minor'],
    ['`has` on a path', 'resource has evaluation.source && resource.minor'],
    ['a type', 'resource is Notice && resource.minor'],
    ['`in`', 'resource.kind in [Kind::"red", Kind::"blue"] && resource.minor'],
    ['a choice', 'if resource.minor then principal has id else resource has id'],
  ])('a rule with %s is compiled', (_, text) => {
    const rules = [
      'permit (principal, action, resource);',
      `forbid (principal, action, resource) when { ${text} };`,
    ];
    const compiled = compare(rules, questions);
    expect(compiled.interpreted).toEqual([]);
    expect(questions.map((question) => compiled.evaluate('federation', question).decision)).toEqual([
      'deny',
      'allow',
    ]);
  });

  test.each([
    ['a sum beyond 64 bits', '9007199254740991 * 9007199254740991 > 0'],
    ['a negation beyond 64 bits', '-(4503599627370496 * -2048) > 0'],
    ['a number compared with a flag', 'resource.minor < 1'],
    ['a record without the attribute', '{ a: 1 }.b == 1'],
    ['a set with an item that cannot be evaluated', '[resource.missing].isEmpty()'],
    ['`in` of something that is no entity', 'resource.kind in [Kind::"red", 1]'],
    ['a choice whose test is no flag', 'if resource.kind then true else true'],
  ])('an error is an outcome of its own, not false: %s', (_, text) => {
    const rules = [
      'permit (principal, action, resource);',
      `forbid (principal, action, resource) when { ${text} };`,
    ];
    const compiled = compare(rules, questions);
    expect(compiled.interpreted).toEqual([]);
    expect(compiled.evaluate('federation', questions[0] as Question)).toEqual({
      decision: 'deny',
      rules: ['r1'],
      errors: ['r1: cannot be evaluated'],
    });
  });

  test('a branch that is not chosen cannot err', () => {
    const text = 'if resource.minor then true else resource.missing == 1';
    const compiled = compare([`permit (principal, action, resource) when { ${text} };`], questions);
    expect(questions.map((question) => compiled.evaluate('federation', question).errors.length)).toEqual([
      0, 1,
    ]);
  });

  test('`has` on a word is false, on a flag or a set it is an error', () => {
    const has = (path: string) => `permit (principal, action, resource) when { ${path} has missing };`;
    const compiled = compare([has('resource.kind'), has('resource.minor'), has('resource.codes')], questions);
    expect(compiled.interpreted).toEqual([]);
    expect(compiled.evaluate('federation', questions[0] as Question).errors).toHaveLength(2);
  });

  test('a rule left to Cedar that errors denies', () => {
    const rules = [
      'permit (principal, action, resource);',
      'forbid (principal, action, resource) when { ip("nowhere").isLoopback() };',
    ];
    const compiled = compare(rules, questions);
    expect(compiled.evaluate('federation', questions[0] as Question)).toMatchObject({
      decision: 'deny',
      errors: [expect.stringContaining('r1')],
    });
  });
});

describe('compiled engine', () => {
  const recipient = facts.organisations.get(bravo) as OrganisationFacts;
  const receive: Question = { permission: 'receive', recipient, notice: attributes };
  const engine = createCompiledEngine(
    loadWith({ 'alfa/export.cedar': rule('permit (principal, action, resource);', 'open') }),
    createCedarSlots(),
  );

  test('a missing set denies', () => {
    expect(engine.evaluate('delta/export', receive)).toMatchObject({
      decision: 'deny',
      errors: ['no set `delta/export`'],
    });
  });

  test.each([
    ['kind', { kind: 'rde' }],
    ['a set', { countries: ['ZZ'] }],
    ['not a list', { codes: 'H1' }],
    ['a number', { minor: 0.5 }],
    ['nothing', { tlp: undefined }],
    ['no record', { evaluation: null }],
  ])('data that does not fit the schema is denied with an error: %s', (_, change) => {
    const notice = { ...attributes, ...change } as unknown as Attributes;
    const answer = engine.evaluate('alfa/export', { ...receive, notice });
    expect(answer.decision).toBe('deny');
    expect(answer.errors).toEqual([expect.stringMatching(/^Notice does not fit the schema: `/)]);
  });

  test('an unknown section or group is denied with an error', () => {
    const disclose = { ...receive, permission: 'disclose' as const };
    expect(engine.evaluate('alfa/export', { ...disclose, section: 'media' }).decision).toBe('allow');
    expect(engine.evaluate('alfa/export', { ...disclose, section: 'astrology' }).errors).toHaveLength(1);
    const strange = { ...recipient, groups: ['west'] };
    expect(engine.evaluate('alfa/export', { ...receive, recipient: strange }).errors[0]).toContain(
      'Organisation does not fit',
    );
  });
});
