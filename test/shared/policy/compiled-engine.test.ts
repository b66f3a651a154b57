import { policyToJson } from '@cedar-policy/cedar-wasm/nodejs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Attributes } from '../../../services/shared/notice/attributes.js';
import { createCedarSlots } from '../../../services/shared/policy/cedar-engine.js';
import { createCompiledEngine } from '../../../services/shared/policy/compiled-engine.js';
import type { Engine, Evaluation, Question } from '../../../services/shared/policy/engine.js';
import type { OrganisationFacts } from '../../../services/shared/policy/facts.js';
import type { PolicySets } from '../../../services/shared/policy/policies.js';
import { facts as sampleFacts, load } from '../../policies/sample.js';
import { attributes, bravo, facts, loadWith, rule } from './folder.js';
import { anyQuestion } from './questions.js';

/** What must be the same: the decision, which rules decided, which erred. Messages may differ. */
function essence({ decision, rules, errors }: Evaluation) {
  return { decision, rules, errors: errors.map((error) => error.split(':')[0]).toSorted() };
}

describe('the real policies', () => {
  const policies = load();
  const slots = createCedarSlots();
  const cedar = slots.load(policies);
  const compiled = createCompiledEngine(policies, slots);

  test('are compiled whole: nothing is left to Cedar', () => {
    expect(compiled.interpreted).toEqual([]);
  });

  test('are decided as Cedar decides them, with the same rules', () => {
    const names = [...policies.sets.keys()];
    fc.assert(
      fc.property(fc.constantFrom(...names), anyQuestion(policies.schema, sampleFacts), (name, question) => {
        expect(essence(compiled.evaluate(name, question))).toEqual(essence(cedar.evaluate(name, question)));
      }),
      { numRuns: 2000 },
    );
  });
});

/** Conditions over the whole grammar that the compiler knows, type-correct but not safe: an absent status errs. */
const condition: fc.Arbitrary<string> = fc.letrec<{ flag: string; kind: string; areas: string }>((tie) => ({
  kind: fc.oneof(
    fc.constantFrom('Kind::"red"', 'Kind::"blue"', 'resource.kind'),
    fc.tuple(tie('flag'), tie('kind')).map(([test, kind]) => `(if ${test} then ${kind} else Kind::"green")`),
  ),
  areas: fc.constantFrom(
    'resource.crimeAreas',
    '[CrimeArea::"terrorism"]',
    '[CrimeArea::"terrorism", CrimeArea::"other", CrimeArea::"other"]',
  ),
  flag: fc.oneof(
    { maxDepth: 4, depthSize: 'medium' },
    fc.constantFrom(
      'true',
      'false',
      'resource.minor',
      'resource has personStatus',
      'resource.personStatus == PersonStatus::"wanted"',
      'resource.personStatus != PersonStatus::"victim"',
      'resource.evaluation == resource.evaluation',
      'resource.evaluation.source == Source::"A"',
      'resource.consents.contains(principal.id)',
      'principal.agreements.contains(resource.originator)',
      'principal.groups.containsAny([Group::"north", Group::"sea"])',
      'principal has groups',
      'resource.codes.isEmpty()',
      'resource.crimeAreas.isEmpty()',
    ),
    fc.tuple(tie('kind'), fc.constantFrom('==', '!='), tie('kind')).map((parts) => `(${parts.join(' ')})`),
    fc.tuple(tie('areas'), fc.constantFrom('==', '!='), tie('areas')).map((parts) => `(${parts.join(' ')})`),
    fc
      .tuple(tie('areas'), fc.constantFrom('containsAll', 'containsAny'), tie('areas'))
      .map(([left, operator, right]) => `${left}.${operator}(${right})`),
    tie('kind').map((kind) => `[Kind::"red", Kind::"black"].contains(${kind})`),
    fc.tuple(tie('flag'), fc.constantFrom('&&', '||'), tie('flag')).map((parts) => `(${parts.join(' ')})`),
    tie('flag').map((flag) => `!(${flag})`),
    fc.tuple(tie('flag'), tie('flag'), tie('flag')).map(([a, b, c]) => `(if ${a} then ${b} else ${c})`),
  ),
})).flag;

const ruleText = fc
  .tuple(
    fc.constantFrom('permit', 'permit', 'forbid'),
    fc.constantFrom(
      'action',
      'action == Action::"receive"',
      'action in [Action::"disclose", Action::"advertise"]',
    ),
    fc.array(fc.tuple(fc.constantFrom('when', 'unless'), condition), { maxLength: 3 }),
  )
  .map(([effect, action, conditions]) => {
    const clauses = conditions.map(([word, text]) => `${word} { ${text} }`).join(' ');
    return `${effect} (principal, ${action}, resource) ${clauses};`;
  });

const base = loadWith();

/** A set of these rules past the loader, which would refuse unsafe ones. */
function setOf(texts: readonly string[]): PolicySets {
  const rules = texts.map((text, index) => {
    const answer = policyToJson(text);
    if (answer.type === 'failure') throw new Error(`${text}: ${answer.errors[0]?.message}`);
    const { json } = answer;
    return { id: `r${index}`, effect: json.effect, reason: 'because', text, place: '', json };
  });
  return {
    ...base,
    sets: new Map([['federation', { name: 'federation', layer: 'federation' as const, rules }]]),
    rules: new Map(rules.map((each) => [each.id, each])),
  };
}

describe('generated policies', () => {
  const slots = createCedarSlots();
  const compare = (texts: readonly string[], questions: readonly Question[]) => {
    const policies = setOf(texts);
    const cedar: Engine = slots.load(policies);
    const compiled = createCompiledEngine(policies, createCedarSlots());
    for (const question of questions) {
      expect(essence(compiled.evaluate('federation', question))).toEqual(
        essence(cedar.evaluate('federation', question)),
      );
    }
    return compiled;
  };

  test('are decided as Cedar decides them, with the same rules and the same errors', () => {
    const questions = fc.array(anyQuestion(base.schema, facts), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(ruleText, { minLength: 1, maxLength: 6 }), questions, (texts, asked) => {
        expect(compare(texts, asked).interpreted).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  const recipient = facts.organisations.get(bravo) as OrganisationFacts;
  const questions: readonly Question[] = [true, false].map((minor) => ({
    permission: 'receive',
    recipient,
    notice: { ...attributes, minor },
  }));

  test.each([
    ['a number', '1 + 1 == 2 && resource.minor'],
    ['a pattern', '"abc" like "a*" && resource.minor'],
    ['a record', '{ a: resource.minor }.a'],
    ['a set of more than literals', '[principal.id].contains(OrgId::"bravo") && resource.minor'],
    ['a literal of an open type', 'principal == Organisation::"bravo" && resource.minor'],
    ['an extension', 'ip("127.0.0.1").isLoopback() && resource.minor'],
  ])('a rule with %s is left to Cedar, and says so', (_, text) => {
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

  test('a rule left to Cedar that errs denies', () => {
    const rules = [
      'permit (principal, action, resource);',
      'forbid (principal, action, resource) when { 1 + true == 2 };',
    ];
    const compiled = compare(rules, questions);
    expect(compiled.evaluate('federation', questions[0] as Question)).toMatchObject({
      decision: 'deny',
      errors: [expect.stringContaining('r1')],
    });
  });
});

describe('as every engine', () => {
  const recipient = facts.organisations.get(bravo) as OrganisationFacts;
  const receive: Question = { permission: 'receive', recipient, notice: attributes };
  const engine = createCompiledEngine(
    loadWith({ 'alfa/export.cedar': rule('permit (principal, action, resource);', 'open') }),
    createCedarSlots(),
  );

  test('a set that is not there denies', () => {
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
  ])('data that do not fit the schema deny with an error: %s', (_, change) => {
    const notice = { ...attributes, ...change } as unknown as Attributes;
    const answer = engine.evaluate('alfa/export', { ...receive, notice });
    expect(answer.decision).toBe('deny');
    expect(answer.errors).toEqual([expect.stringMatching(/^Notice does not fit the schema: `/)]);
  });

  test('an unknown section or an unknown group denies with an error', () => {
    const disclose = { ...receive, permission: 'disclose' as const };
    expect(engine.evaluate('alfa/export', { ...disclose, section: 'media' }).decision).toBe('allow');
    expect(engine.evaluate('alfa/export', { ...disclose, section: 'astrology' }).errors).toHaveLength(1);
    const strange = { ...recipient, groups: ['west'] };
    expect(engine.evaluate('alfa/export', { ...receive, recipient: strange }).errors[0]).toContain(
      'Organisation does not fit',
    );
  });
});
