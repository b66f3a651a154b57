import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OrgId } from '../../../../services/shared/kernel/ids.js';
import type { Attributes } from '../../../../services/shared/notice/attributes.js';
import { type Section, sectionsOf } from '../../../../services/shared/notice/kinds.js';
import { createCompiledEngine } from '../../../../services/shared/policy/compiled-engine.js';
import { type Question, setName } from '../../../../services/shared/policy/engine.js';
import type { OrganisationFacts } from '../../../../services/shared/policy/facts.js';
import { ALL_LAYERS, createAsk } from '../../../../services/shared/policy/layers.js';
import { createRow } from '../../../../services/shared/policy/row.js';
import { domainOf } from '../../../support/plain-domain.js';
import type { Query } from '../../../../services/shared/workbench/space/answers.js';
import { allows, decidingOf, type Outcome } from '../../../../services/shared/workbench/space/outcome.js';
import { createSpace } from '../../../../services/shared/workbench/space/space.js';
import { facts as shippedFacts, load } from '../../../policies/sample.js';
import { alfa, bravo, facts } from '../../policy/folder.js';
import { anyNotice, anyQuestion } from '../../policy/questions.js';
import { anyRules, federationOf, fewRules } from './conditions.js';
import { createValueAt } from './value-at.js';

const factsOf = (id: OrgId): OrganisationFacts => {
  const found = [...shippedFacts.organisations.values(), ...facts.organisations.values()];
  return found.find((each) => each.id === id) as OrganisationFacts;
};

/** Returns an outcome in the form of an engine's answer. */
function evaluationOf(outcome: Outcome) {
  const { errors } = outcome;
  return { decision: allows(outcome) ? 'allow' : 'deny', rules: decidingOf(outcome), errors };
}

describe('symbolic space, on generated rules', () => {
  const route = { originator: alfa, recipient: bravo };
  const receive: Query = { ...route, permission: 'receive' };

  test('it gives the same answers as enumerating the notices, and counts as many', () => {
    const compare = (texts: readonly string[]): void => {
      const sets = federationOf(texts);
      const space = createSpace([{ sets, directory: facts }]);
      const rules = [...sets.rules.values()].map(({ json }) => json);
      const domain = domainOf(sets.schema, { originator: alfa, recipient: factsOf(bravo), rules });
      fc.pre(domain.size < 20_000);
      const engine = createCompiledEngine(sets);
      const oneByOne = new Map<string, bigint>();
      for (const notice of domain) {
        const question: Question = { permission: 'receive', recipient: factsOf(bravo), notice };
        const { decision, rules: ids, errors } = engine.evaluate('federation', question);
        const erred = errors.map((error) => error.split(':')[0]);
        const key = JSON.stringify([notice.kind, { decision, rules: ids, errors: erred }]);
        oneByOne.set(key, (oneByOne.get(key) ?? 0n) + 1n);
      }
      // The enumeration covers one of the kinds that the rules cannot distinguish.
      const kinds = new Set([...oneByOne.keys()].map((key) => (JSON.parse(key) as [string])[0]));
      const answers = space.answersOf({ sets, directory: facts });
      const diagram = space.diagrams.map(evaluationOf, answers.layer('federation', receive));
      const reached = space.reach(diagram, [receive]).filter(({ kind }) => kinds.has(kind));
      const atOnce = reached.map(
        ({ kind, value, points }) => [JSON.stringify([kind, value]), points] as const,
      );
      expect(new Map(atOnce)).toEqual(oneByOne);
    };
    fc.assert(fc.property(fewRules, compare), { numRuns: 40 });
  });

  test('it gives the decision, the deciding rules and the errors of the evaluator for any notice', {
    tags: ['long'],
  }, () => {
    fc.assert(
      fc.property(
        anyRules,
        fc.array(anyNotice(federationOf([]).schema), { minLength: 8, maxLength: 8 }),
        (texts, notices) => {
          const sets = federationOf(texts);
          const space = createSpace([{ sets, directory: facts }]);
          const engine = createCompiledEngine(sets);
          const valueAt = createValueAt(sets.schema);
          const outcome = space.answersOf({ sets, directory: facts }).layer('federation', receive);
          expect(space.cut()).toEqual([]);
          for (const each of notices) {
            const notice = { ...each, originator: alfa };
            const { errors, ...answer } = engine.evaluate('federation', {
              permission: 'receive',
              recipient: factsOf(bravo),
              notice,
            });
            const erred = errors.map((error) => error.split(':')[0]);
            expect(evaluationOf(valueAt(outcome, notice))).toEqual({ ...answer, errors: erred });
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  test('a condition that only Cedar evaluates counts as true, false and an error, and is listed as cut', () => {
    const sets = federationOf([
      'permit (principal, action, resource);',
      'forbid (principal, action, resource) when { ip("::1").isLoopback() };',
    ]);
    const version = { sets, directory: facts };
    const space = createSpace([version]);
    const reached = space.reach(space.answersOf(version).answer(receive), [receive]);
    const blue = reached.filter(({ kind }) => kind === 'blue').map(({ value }) => value);
    expect(blue).toEqual([true, false]);
    expect(space.cut()).toEqual([
      '`ip("::1").isLoopback()`: only Cedar evaluates it, taken as true, as false and as an error',
    ]);
  });

  test('it gives the plainest notice for an answer', () => {
    const sets = federationOf([
      'permit (principal, action, resource) when { resource.minor || resource.codes.containsAll([HandlingCode::"H0", HandlingCode::"H1"]) };',
    ]);
    const version = { sets, directory: facts };
    const space = createSpace([version]);
    const [reached] = space
      .reach(space.answersOf(version).answer(receive), [receive])
      .filter(({ kind, value }) => kind === 'yellow' && value);
    expect(reached?.witness).toMatchObject({ originator: alfa, kind: 'yellow', minor: true, codes: [] });
    expect(reached?.witness).toMatchObject({ crimeAreas: [], classification: 'basic', audience: 'all' });
  });

  test('it separates notices for which a condition holds, fails, or cannot be evaluated', () => {
    const version = { sets: federationOf(['permit (principal, action, resource);']), directory: facts };
    const space = createSpace([version]);
    const [when] =
      federationOf([
        'permit (principal, action, resource) when { resource.personStatus == PersonStatus::"missing" };',
      ]).sets.get('federation')?.rules ?? [];
    if (when === undefined) throw new Error('no rule');
    const holds = space.answersOf(version).applies(when.json, receive);
    const found = space.reach(holds, [receive], when.json);
    expect(found.find(({ kind, value }) => kind === 'yellow' && value === true)).toMatchObject({
      witness: { personStatus: 'missing' },
    });
    expect(found.filter(({ value }) => value === 'error').map(({ kind }) => kind)).toContain('purple');
    expect(found.filter(({ value }) => value === false).map(({ kind }) => kind)).toContain('red');
  });
});

describe('symbolic space, on the shipped policies', () => {
  const sets = load();
  const version = { sets, directory: shippedFacts };
  const space = createSpace([version]);
  const answers = space.answersOf(version);
  const engine = createCompiledEngine(sets);
  const valueAt = createValueAt(sets.schema);
  const organisations = [...shippedFacts.organisations.keys()];

  test('it gives the decision of each layer, and its rules, for any notice', () => {
    fc.assert(
      fc.property(anyQuestion(sets.schema, shippedFacts), (question) => {
        const { notice, recipient, permission, section } = question;
        const query = { originator: notice.originator, recipient: recipient.id, permission };
        for (const layer of ALL_LAYERS) {
          const set = setName(layer, layer === 'import' ? recipient.id : notice.originator);
          const outcome = answers.layer(layer, {
            ...query,
            ...(section === undefined ? {} : { section: section as Section }),
          });
          const { errors, ...answer } = engine.evaluate(set, question);
          const erred = errors.map((error) => error.split(':')[0]);
          expect(evaluationOf(valueAt(outcome, notice))).toEqual({ ...answer, errors: erred });
        }
      }),
      { numRuns: 3000 },
    );
  });

  test('it gives the final decision for any notice and section', () => {
    const ask = createAsk({ engine, sets });
    fc.assert(
      fc.property(anyQuestion(sets.schema, shippedFacts), fc.nat(), ({ notice, recipient }, pick) => {
        fc.pre(recipient.id !== notice.originator);
        const { required, optional } = sectionsOf(notice.kind);
        const sections = [...required, ...optional];
        const section = sections[pick % sections.length] as Section;
        const row = createRow({ ask, attributes: notice, recipient });
        const { disclose, advertise } = row.cell(section);
        const route = { originator: notice.originator, recipient: recipient.id, section };
        const { section: _, ...whole } = route;
        const given = (query: Query): boolean => valueAt(answers.answer(query), notice);
        expect({
          receive: given({ ...whole, permission: 'receive' }),
          disclose: given({ ...route, permission: 'disclose' }),
          advertise: given({ ...route, permission: 'advertise' }),
        }).toEqual({
          receive: row.receive.open,
          disclose: row.receive.open && disclose.open,
          advertise: row.receive.open && advertise,
        });
      }),
      { numRuns: 2000 },
    );
  });

  test('it counts every notice once, and the evaluator confirms each witness', () => {
    let points = 0n;
    for (const originator of organisations) {
      for (const recipient of organisations.filter((each) => each !== originator)) {
        const query: Query = { originator, recipient, permission: 'receive' };
        const reached = space.reach(answers.answer(query), [query]);
        const sum = reached.reduce((total, each) => total + each.points, 0n);
        expect(sum).toBe(space.size([query]));
        points += sum;
        for (const { value, witness } of reached) {
          const row = createRow({
            ask: createAsk({ engine, sets }),
            attributes: witness as Attributes,
            recipient: factsOf(recipient),
          });
          expect(row.receive.open).toBe(value);
        }
      }
    }
    expect(points).toBeGreaterThan(1_000_000_000n);
    expect(space.cut()).toEqual([]);
  });
});
