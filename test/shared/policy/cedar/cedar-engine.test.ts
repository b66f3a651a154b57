import { expect, test } from 'vitest';
import type { OrgId } from '../../../../services/shared/kernel/ids.js';
import { createCedarSlots } from '../../../../services/shared/policy/cedar/cedar-engine.js';
import type { Question } from '../../../../services/shared/policy/engine.js';
import type { OrganisationFacts } from '../../../../services/shared/policy/facts.js';
import type { PolicySets } from '../../../../services/shared/policy/policies.js';
import { alfa, attributes, bravo, facts, loadWith, rule } from '../folder.js';

const recipient = facts.organisations.get(bravo) as OrganisationFacts;
const receive: Question = { permission: 'receive', recipient, notice: attributes };
const engineWith = (text: string) => createCedarSlots().load(loadWith({ 'alfa/export.cedar': text }));
const OPEN = rule('permit (principal, action, resource);', 'open');

/** Sets that the loader would refuse, to test the engine without its protection. */
function tampered(
  change: (
    sets: Map<string, PolicySets['sets'] extends ReadonlyMap<string, infer Set> ? Set : never>,
  ) => void,
) {
  const policies = loadWith();
  const sets = new Map(policies.sets);
  change(sets);
  return createCedarSlots().load({ ...policies, sets });
}

test('Cedar engine: a permit allows, a forbid overrides it, and deciding rules are in the order of the file', () => {
  const permits = ['z', 'b', 'a', 'c']
    .map((id) => rule('permit (principal, action, resource);', id))
    .join('');
  expect(engineWith(permits).evaluate('alfa/export', receive)).toEqual({
    decision: 'allow',
    rules: ['z', 'b', 'a', 'c'],
    errors: [],
  });
  const forbid = rule(
    'forbid (principal, action, resource) when { resource.kind == Kind::"red" };',
    'no-red',
  );
  expect(engineWith(permits + forbid).evaluate('alfa/export', receive)).toEqual({
    decision: 'deny',
    rules: ['no-red'],
    errors: [],
  });
});

test('Cedar engine: in a set of more than ten rules each answer names the right rule', () => {
  const areas = [
    'terrorism',
    'cybercrime',
    'other',
    'child-abuse',
    'war-crimes',
    'organised-crime',
    'financial-crime',
  ];
  const kinds = ['red', 'yellow', 'blue', 'black', 'green'];
  const text = [
    ...areas.map((area) =>
      rule(
        `permit (principal, action, resource) when { resource.crimeAreas == [CrimeArea::"${area}"] };`,
        `area-${area}`,
      ),
    ),
    ...kinds.map((kind) =>
      rule(`permit (principal, action, resource) when { resource.kind == Kind::"${kind}" };`, `kind-${kind}`),
    ),
  ].join('');
  const engine = engineWith(text);
  for (const area of areas) {
    const notice = { ...attributes, kind: 'orange', crimeAreas: [area] } as Question['notice'];
    expect(engine.evaluate('alfa/export', { ...receive, notice }).rules).toEqual([`area-${area}`]);
  }
});

test('Cedar engine: a forbid that errors denies, although Cedar itself would skip it and allow', () => {
  const unsafe =
    'forbid (principal, action, resource) when { resource.personStatus == PersonStatus::"wanted" };';
  const engine = tampered((sets) => {
    const set = sets.get('alfa/export');
    if (set === undefined) return;
    const [open] = set.rules;
    if (open === undefined) return;
    sets.set('alfa/export', {
      ...set,
      rules: [open, { ...open, id: 'unsafe', effect: 'forbid', text: unsafe }],
    });
  });
  const { personStatus: _, ...without } = attributes;
  const answer = engine.evaluate('alfa/export', { ...receive, notice: without });
  expect(answer.decision).toBe('deny');
  expect(answer.errors).toEqual([expect.stringContaining('unsafe: ')]);
});

test('Cedar engine: an empty set and a missing set deny', () => {
  const engine = tampered((sets) => {
    const set = sets.get('alfa/export');
    if (set !== undefined) sets.set('alfa/export', { ...set, rules: [] });
    sets.delete('bravo/import');
  });
  expect(engine.evaluate('alfa/export', receive)).toEqual({ decision: 'deny', rules: [], errors: [] });
  expect(engine.evaluate('bravo/import', receive)).toMatchObject({
    decision: 'deny',
    errors: ['no set `bravo/import`'],
  });
});

test('Cedar engine: a word in no vocabulary denies with an error, even in a set that allows everything', () => {
  const engine = engineWith(OPEN);
  const notice = { ...attributes, kind: 'rde' } as unknown as Question['notice'];
  const answer = engine.evaluate('alfa/export', { ...receive, notice });
  expect(answer.decision).toBe('deny');
  expect(answer.errors[0]).toContain('Kind::"rde"');
});

test('Cedar engine: no question makes it throw', () => {
  const engine = engineWith(OPEN);
  const broken = { ...receive, notice: { ...attributes, crimeAreas: [undefined] } } as unknown as Question;
  expect(engine.evaluate('alfa/export', broken).decision).toBe('deny');
  // Cedar has no floats.
  const float = { ...receive, notice: { ...attributes, minor: 0.5 } } as unknown as Question;
  expect(engine.evaluate('alfa/export', float)).toMatchObject({ decision: 'deny', rules: [] });
});

test('Cedar engine: an engine whose slot was overwritten still decides by its own sets', () => {
  const slots = createCedarSlots();
  const forbid = rule('forbid (principal, action, resource);', 'closed');
  const open = slots.load(loadWith({ 'alfa/export.cedar': OPEN }));
  const closed = slots.load(loadWith({ 'alfa/export.cedar': OPEN + forbid }));
  const third = slots.load(loadWith({ 'alfa/export.cedar': OPEN + forbid }));
  expect(open.evaluate('alfa/export', receive).decision).toBe('allow');
  expect(closed.evaluate('alfa/export', receive).decision).toBe('deny');
  expect(third.evaluate('alfa/export', receive).decision).toBe('deny');
  expect(open.evaluate('alfa/export', receive).decision).toBe('allow');
});

test('Cedar engine: two pairs of slots in one process are independent', () => {
  const open = engineWith(OPEN);
  const closed = engineWith(rule('forbid (principal, action, resource);', 'closed'));
  expect(open.evaluate('alfa/export', receive).decision).toBe('allow');
  expect(closed.evaluate('alfa/export', receive).decision).toBe('deny');
});

test('Cedar engine: rules read the facts of the recipient and of the notice', () => {
  const condition = [
    'principal.id == OrgId::"bravo"',
    'principal.groups.contains(Group::"sea")',
    'principal.agreements.contains(resource.originator)',
    'principal.accreditedFor.contains(resource.classification)',
    'resource.evaluation.source == Source::"A"',
    'resource.countries.contains(Country::"FR")',
    'context.section == Section::"media"',
  ].join(' && ');
  const engine = engineWith(
    rule(`permit (principal, action == Action::"disclose", resource) when { ${condition} };`, 'all'),
  );
  const question: Question = { permission: 'disclose', recipient, notice: attributes, section: 'media' };
  expect(engine.evaluate('alfa/export', question).rules).toEqual(['all']);
  expect(engine.evaluate('alfa/export', { ...question, section: 'assets' }).decision).toBe('deny');
  const other = { ...question, recipient: { ...recipient, agreements: [] as readonly OrgId[] } };
  expect(engine.evaluate('alfa/export', other).decision).toBe('deny');
  expect(alfa).toBe(attributes.originator);
});
