import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { schemaToJson } from '../../../services/shared/policy/cedar/cedar.js';
import { createCedarSlots } from '../../../services/shared/policy/cedar/cedar-engine.js';
import type { OrganisationFacts } from '../../../services/shared/policy/facts.js';
import { supplyFaults } from '../../../services/shared/policy/supply-faults.js';
import { placeInSchema } from '../../../services/shared/policy/text/schema-place.js';
import { alfa, attributes, bravo, facts, loadWith, policyWith, rule } from './folder.js';

const SHIPPED = readFileSync(new URL('../../../policies/schema.cedarschema', import.meta.url), 'utf8');

/** Returns the faults of a schema as `severity line:col message`. */
function faultsOf(text: string): readonly string[] {
  const answer = schemaToJson(text);
  if (answer.type === 'failure') throw new Error(answer.errors[0]?.message);
  return supplyFaults(answer.json).map(
    ({ severity, at, message }) => `${severity} ${placeInSchema(text, at)} ${message}`,
  );
}

const changed = (from: string, to: string): string => {
  expect(SHIPPED).toContain(from);
  return SHIPPED.replace(from, to);
};
const lineOf = (text: string, part: string): number => text.slice(0, text.indexOf(part)).split('\n').length;

test('supply faults: the shipped schema has none', () => {
  expect(faultsOf(SHIPPED)).toEqual([]);
});

describe('supply faults: everything would be denied', () => {
  const DENIED = 'everything would be denied';

  test.each([
    [
      '  minor: Bool,',
      '  urgent: Bool,',
      `\`urgent\` is required and no notice has it: ${DENIED}; write \`urgent?\``,
    ],
    [
      '  kind: Kind,',
      '  kin: Kind,',
      `\`kin\` is required and no notice has it: ${DENIED}, did you mean \`kind\``,
    ],
    ['  kind: Kind,', '  kind: Tlp,', `\`kind\` is \`Kind\`, not \`Tlp\`: ${DENIED}`],
    [
      '  countries: Set<Country>,',
      '  countries: Country,',
      `\`countries\` is \`Set<Country>\`, not \`Country\`: ${DENIED}`,
    ],
    [
      '  personStatus?: PersonStatus,',
      '  personStatus: PersonStatus,',
      'a notice may lack `personStatus`: write `personStatus?`',
    ],
    [
      '  groups: Set<Group>,',
      '  seat: Country,',
      `\`seat\` is required and the directory does not give it: ${DENIED}; write \`seat?\``,
    ],
    [
      '  agreements: Set<OrgId>,',
      '  agreements: Set<String>,',
      `\`agreements\` is \`Set<OrgId>\`, not \`Set<String>\`: ${DENIED}`,
    ],
  ])('the attribute `%s` written as `%s`', (from, to, message) => {
    const text = changed(from, to);
    expect(faultsOf(text)).toEqual([`error ${lineOf(text, to)}:3 ${message}`]);
  });

  test('a required attribute in a record, at its place in the record', () => {
    const line = '  evaluation: { source: Source, information: Information, weight: Bool },';
    const text = changed('  evaluation: { source: Source, information: Information },', line);
    expect(faultsOf(text)).toEqual([
      `error ${lineOf(text, line)}:59 \`weight\` is required and \`evaluation\` never has it: ${DENIED}; write \`weight?\``,
    ]);
  });

  test('a required attribute in the context of an action, and an action that is gone', () => {
    const context = changed('context: {} };', 'context: { hour: Kind } };');
    expect(faultsOf(context)).toEqual([
      expect.stringMatching(/^error \d+:82 `hour` is required and no question has it/),
    ]);
    expect(faultsOf(changed('action advertise', 'action advertize'))).toEqual([
      'error 1:1 no action `advertise`, which is asked about every notice',
    ]);
  });

  test('an action that applies to something else, an entity type that is gone, and a context under a name', () => {
    const other = changed(
      'action receive appliesTo { principal: Organisation',
      'action receive appliesTo { principal: Notice',
    );
    expect(faultsOf(other)).toEqual([
      expect.stringMatching(/^error \d+:1 `receive` must apply to an `Organisation` and a `Notice`$/),
    ]);
    const named = changed('context: {} };', 'context: Nothing };').concat('type Nothing = {};');
    expect(faultsOf(named)).toEqual([
      expect.stringMatching(/^error \d+:1 the context of `receive` must be written here/),
    ]);
    expect(faultsOf('entity Organisation;')).toContain('error 1:1 no entity type `Notice`');
  });

  test('a vocabulary that is open', () => {
    const text = SHIPPED.replace(/entity Tlp enum [^;]*;/, 'entity Tlp;');
    expect(faultsOf(text)).toEqual([
      `error ${lineOf(text, 'entity Tlp;')}:1 \`Tlp\` must be a vocabulary: \`entity Tlp enum […]\``,
    ]);
  });

  test('such a folder does not load, and the error names the place', () => {
    const text = changed('  minor: Bool,', '  minor: Bool,\n  urgent: Bool,');
    const place = `schema.cedarschema:${lineOf(text, '  urgent')}:3`;
    expect(() => loadWith({ 'schema.cedarschema': text })).toThrow(
      expect.objectContaining({
        code: 'policy-invalid',
        message: expect.stringContaining(`${place}: \`urgent\``),
      }),
    );
  });
});

const OPTIONAL = [
  'urgent?: Bool',
  'areas?: Set<CrimeArea>',
  'more?: { kind: Kind, flags?: Set<Bool> }',
  'note?: String',
];

test.each(OPTIONAL)(
  'supply faults: a new optional attribute `%s` is a warning, and everything is decided as before',
  (attribute) => {
    const name = attribute.split('?')[0] ?? '';
    const text = changed('  minor: Bool,', `  minor: Bool,\n  ${attribute},`);
    expect(faultsOf(text)).toEqual([
      `warning ${lineOf(text, `  ${attribute}`)}:3 \`${name}\` is always absent: no notice has it`,
    ]);
    const permit = rule(`permit (principal, action, resource) unless { resource has ${name} };`, 'out');
    const { policy, faults: errors } = policyWith({
      'schema.cedarschema': text,
      'alfa/export.cedar': permit,
    });
    const [decision] = policy.decide({ attributes, sections: ['identity'], recipients: [bravo] });
    expect(decision).toMatchObject({ outcome: 'delivered', sections: ['identity'] });
    expect(errors).toEqual([]);
  },
);

test('supply faults: an attribute that the schema leaves out is not given to Cedar either', () => {
  const text = changed('  countries: Set<Country>,', '').replace(', information: Information }', ' }');
  expect(faultsOf(text)).toEqual([]);
  const engine = createCedarSlots().load(loadWith({ 'schema.cedarschema': text }));
  const recipient = facts.organisations.get(bravo) as OrganisationFacts;
  expect(engine.evaluate(`${alfa}/export`, { permission: 'receive', recipient, notice: attributes })).toEqual(
    {
      decision: 'allow',
      rules: ['alfa-export-open'],
      errors: [],
    },
  );
});

test('schema place: names in comments, strings and other types are not meant', () => {
  const text =
    '// entity A = { a: Bool };\nentity B = { a: Bool, r: { a: Bool } };\nentity A = { r: { b: Bool }, a: Bool };';
  expect(placeInSchema(text, ['entity', 'A', 'a'])).toBe('3:30');
  expect(placeInSchema(text, ['entity', 'B', 'r', 'a'])).toBe('2:28');
  expect(placeInSchema(text, ['entity', 'C'])).toBe('1:1');
});
