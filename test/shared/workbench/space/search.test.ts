import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileRule } from '../../../../services/shared/policy/compile/compile-rule.js';
import { readRules } from '../../../../services/shared/policy/rule.js';
import { createBind } from '../../../../services/shared/workbench/explain/bind.js';
import { anyParties, presentParties } from '../../../../services/shared/workbench/map/parties.js';
import { exists } from '../../../../services/shared/workbench/space/search.js';
import { facts, loadWith, rule } from '../../policy/folder.js';
import { anyNotice } from '../../policy/questions.js';

const { schema } = loadWith();
const bind = createBind(schema);

const ATOMS = [
  'resource.kind == Kind::"red"',
  '[Kind::"red", Kind::"blue"].contains(resource.kind)',
  'resource.minor',
  'resource has personStatus',
  '(resource has personStatus && resource.personStatus == PersonStatus::"victim")',
  'resource.crimeAreas.contains(CrimeArea::"terrorism")',
  'resource.crimeAreas.containsAny([CrimeArea::"terrorism", CrimeArea::"cybercrime"])',
  'resource.crimeAreas == [CrimeArea::"other"]',
  'resource.codes.isEmpty()',
  'resource.evaluation.source == Source::"X"',
  'resource.classification == Classification::"basic"',
  'resource.consents.contains(principal.id)',
  'resource.originator == OrgId::"alfa"',
  'principal.id == OrgId::"bravo"',
  'principal.groups.contains(Group::"sea")',
  'principal.accreditedFor.contains(resource.classification)',
  'principal.agreements.contains(resource.originator)',
];

const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(...ATOMS),
    tie('condition').map((inner) => `!(${inner})`),
    fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => `(${a} && ${b})`),
    fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => `(${a} || ${b})`),
    fc
      .tuple(tie('condition'), tie('condition'), tie('condition'))
      .map(([a, b, c]) => `(if ${a} then ${b} else ${c})`),
  ),
}));

/** Few words, so that many conditions exclude each other. */
const clash = fc
  .array(fc.tuple(fc.constantFrom(...ATOMS.slice(0, 8)), fc.boolean()), { minLength: 2, maxLength: 5 })
  .map((literals) => literals.map(([atom, isSo]) => (isSo ? atom : `!(${atom})`)).join(' && '));

const ask = (text: string) => {
  const written = rule(`permit (principal, action == Action::"receive", resource) when { ${text} };`, 'it');
  const [read] = readRules({ path: 'x', text: written }).rules;
  const compiled = read && compileRule(read.json);
  if (read === undefined || compiled === undefined) throw new Error(`not read: ${text}`);
  return { read, compiled };
};

const REACH = { layer: 'federation' } as const;

test('question search: random questions confirm both what it finds and what it rules out', () => {
  const notices = fc.sample(anyNotice(schema), { numRuns: 150, seed: 1 });
  const questions = notices.flatMap((notice) =>
    presentParties(facts, REACH).flatMap(({ originator, recipient }) => {
      const bindings = bind({ notice: { ...notice, originator }, recipient, permission: 'receive' });
      return bindings === undefined ? [] : [bindings];
    }),
  );
  const counts = { never: 0, some: 0 };
  fc.assert(
    fc.property(fc.oneof(condition, clash), fc.boolean(), (text, wanted) => {
      const { read, compiled } = ask(text);
      const answer = wanted ? 'satisfied' : 'unsatisfied';
      const found = exists(schema, {
        rules: [read],
        parties: anyParties([read], schema, REACH),
        withSection: false,
        found: (bindings) => compiled.run(bindings) === answer,
      });
      counts[found === false ? 'never' : 'some'] += 1;
      const isMet = questions.some((bindings) => compiled.run(bindings) === answer);
      expect(found === false && isMet).toBe(false);
      expect(found).not.toBe(undefined);
    }),
    { numRuns: 300, seed: 7 },
  );
  expect(counts.never).toBeGreaterThan(5);
  expect(counts.some).toBeGreaterThan(100);
});

test('question search: with too many words to combine it is undecided instead of false', () => {
  const countries = ['FR', 'DE', 'IT', 'ES', 'PT', 'NL', 'BE', 'LU', 'AT', 'CH', 'PL', 'CZ', 'SK', 'HU'];
  const each = countries.map((code) => `resource.countries.contains(Country::"${code}")`);
  const { read } = ask(`${each.join(' && ')} && resource.minor && !resource.minor`);
  const search = (found: () => boolean): boolean | undefined =>
    exists(schema, { rules: [read], parties: anyParties([read], schema, REACH), withSection: false, found });
  expect(search(() => false)).toBe(undefined);
  expect(search(() => true)).toBe(true);
  expect(read.permissions.has('receive')).toBe(true);
});
