import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SCHEMA_FILE } from '../../../../services/shared/policy/schema.js';
import { projectRoot } from '../../../../services/shared/runtime/root.js';
import { rule } from '../../policy/folder.js';
import { check, meaningOf } from './lint.js';

const when = (condition: string, scope = 'action == Action::"receive"'): string =>
  rule(`permit (principal, ${scope}, resource) when { ${condition} };`, 'it');
const EXPORT = 'alfa/export.cedar';
const IMPORT = 'alfa/import.cedar';
const SCHEMA_WITH_URGENT = readFileSync(join(projectRoot, 'policies', SCHEMA_FILE), 'utf8').replace(
  'reviewed?: Bool,',
  'reviewed?: Bool,\n  urgent?: Bool,',
);

describe('rule lint: conditions that exclude each other are contradictory', () => {
  test.each([
    ['two kinds', 'resource.kind == Kind::"red" && resource.kind == Kind::"blue"'],
    ['a word and its negation', 'resource.minor && !resource.minor'],
    [
      'two sets',
      'resource.crimeAreas.contains(CrimeArea::"other") && resource.crimeAreas == [CrimeArea::"terrorism"]',
    ],
    ['behind a choice', 'if resource.minor then resource.minor == false else resource.minor'],
    [
      'a list that leaves out what is asked for',
      '[Kind::"red", Kind::"blue"].contains(resource.kind) && resource.kind == Kind::"black"',
    ],
    ['an absent attribute', 'resource has personStatus && !(resource has personStatus)'],
    ['facts of the recipient', 'principal.groups.contains(Group::"north") && principal.groups.isEmpty()'],
    ['a recipient who is the originator', 'principal.id == resource.originator'],
    [
      'words of an empty set',
      'resource.crimeAreas.isEmpty() && resource.crimeAreas.containsAny([CrimeArea::"cybercrime", CrimeArea::"terrorism"])',
    ],
  ])('%s', (_, condition) => {
    expect(meaningOf(EXPORT, when(condition))).toContain(
      'contradictory 1 `it` never applies: its conditions exclude each other',
    );
  });

  test('two sections', () => {
    const condition = 'context.section == Section::"media" && context.section == Section::"sources"';
    expect(meaningOf(EXPORT, when(condition, 'action == Action::"disclose"'))).toEqual([
      'contradictory 1 `it` never applies: its conditions exclude each other',
    ]);
  });

  test('a `when` and an `unless`', () => {
    const text = rule(
      'permit (principal, action == Action::"receive", resource) when { resource.minor } unless { resource.minor };',
      'it',
    );
    expect(meaningOf(EXPORT, text)).toEqual([
      'contradictory 1 `it` never applies: its conditions exclude each other',
    ]);
  });
});

describe('rule lint: conditions that only seem to exclude each other are not contradictory', () => {
  test.each([
    [
      'two words of a set',
      'resource.crimeAreas.contains(CrimeArea::"other") && resource.crimeAreas.contains(CrimeArea::"terrorism")',
    ],
    [
      'overlapping lists',
      '[Kind::"red", Kind::"blue"].contains(resource.kind) && [Kind::"blue"].contains(resource.kind)',
    ],
    [
      'eleven words of a set',
      '!resource.crimeAreas.containsAny([CrimeArea::"terrorism", CrimeArea::"foreign-terrorist-fighters", CrimeArea::"cybercrime", CrimeArea::"trafficking-persons", CrimeArea::"trafficking-drugs", CrimeArea::"trafficking-arms", CrimeArea::"financial-crime", CrimeArea::"child-abuse", CrimeArea::"organised-crime", CrimeArea::"environmental-crime", CrimeArea::"war-crimes"])',
    ],
    [
      'a consent of the recipient',
      'resource.consents.contains(principal.id) && !resource.consents.contains(OrgId::"bravo")',
    ],
  ])('%s', (_, condition) => {
    expect(meaningOf(EXPORT, when(condition))).toEqual([]);
  });

  test.each([
    ['absent', '!(resource has urgent)'],
    ['true', 'resource has urgent && resource.urgent'],
    ['false', 'resource has urgent && !resource.urgent'],
  ])('an attribute of the schema that no notice has yet: %s', (_, condition) => {
    const found = check({ [SCHEMA_FILE]: SCHEMA_WITH_URGENT, [EXPORT]: when(condition) });
    expect(found.filter(({ path, lint }) => path === EXPORT && lint !== 'idle')).toEqual([]);
  });
});

describe('rule lint: a rule about a question that its layer is never asked is out of reach', () => {
  test('a rule of an export about another originator', () => {
    expect(meaningOf(EXPORT, when('resource.originator == OrgId::"bravo"'))).toEqual([
      'out-of-reach 1 `it` never applies here: `alfa/export` is asked about what goes from `alfa` to another',
    ]);
  });

  test('a rule of an export about its own organisation as recipient', () => {
    expect(meaningOf(EXPORT, when('principal.id == OrgId::"alfa"'))[0]).toMatch(/^out-of-reach 1 /);
  });

  test('a rule of an import about another recipient', () => {
    expect(meaningOf(IMPORT, when('principal.id == OrgId::"bravo"'))).toEqual([
      'out-of-reach 1 `it` never applies here: `alfa/import` is asked about what comes to `alfa` from another',
    ]);
  });

  test('a rule of an import about advertising', () => {
    const text = when('resource.minor', 'action in [Action::"disclose", Action::"advertise"]');
    expect(meaningOf(IMPORT, text)).toEqual(['out-of-reach 1 `it`: `advertise` is never asked of an import']);
  });
});

describe('rule lint: a rule that could apply and does not is dead', () => {
  test('a rule is dead when no member is in both groups that it requires', () => {
    const condition = 'principal.groups.containsAll([Group::"sea", Group::"south"])';
    expect(meaningOf(EXPORT, when(condition))).toEqual([
      'dead 1 `it` never applies: not between the present members',
    ]);
  });

  test('a rule that applies to one pair of members is not dead', () => {
    expect(meaningOf(EXPORT, when('principal.groups.containsAll([Group::"sea", Group::"north"])'))).toEqual(
      [],
    );
  });

  test('a rule is dead when no kind allows such a notice', () => {
    const condition =
      'resource.kind == Kind::"un-special" && resource.classification == Classification::"confidential"';
    expect(meaningOf(EXPORT, when(condition))).toEqual([
      'dead 1 `it` never applies: no kind allows such a notice',
    ]);
  });

  test('a forbid of notices that the kinds rule out is not dead, as a second line of defence', () => {
    const forbid = (condition: string): string =>
      rule(`forbid (principal, action == Action::"receive", resource) when { ${condition} };`, 'it');
    const condition =
      'resource.kind == Kind::"un-special" && resource.classification == Classification::"confidential"';
    expect(meaningOf(EXPORT, forbid(condition))).toEqual([]);
    expect(meaningOf(EXPORT, forbid('principal.groups.containsAll([Group::"sea", Group::"south"])'))).toEqual(
      ['dead 1 `it` never applies: not between the present members'],
    );
  });

  test('a rule is dead when the kind has no such section', () => {
    const condition = 'context.section == Section::"identity" && resource.kind == Kind::"purple"';
    expect(meaningOf(EXPORT, when(condition, 'action == Action::"disclose"'))).toEqual([
      'dead 1 `it` never applies: no kind allows such a notice',
    ]);
  });
});

describe('rule lint: a permit that always applies', () => {
  const ANY = rule('permit (principal, action == Action::"receive", resource);', 'it');
  test.each([
    ['without conditions', ANY],
    ['with one that is true', when('true')],
    ['with one that everything meets', when('resource.minor || !resource.minor')],
    ['with one that every question to its set meets', when('resource.originator == OrgId::"alfa"')],
  ])('is unconditional %s', (_, text) => {
    expect(meaningOf(EXPORT, text)).toEqual(['unconditional 1 `it` permits without any condition']);
  });

  test('is a warning in an import, whose organisation may choose to take every notice', () => {
    expect(meaningOf(IMPORT, ANY)).toEqual(['takes-all 1 `it` takes every notice from every member']);
  });

  test('is the base permit when it is the first of the federation, and unconditional after it', () => {
    const base = rule('permit (principal, action, resource);', 'base');
    expect(meaningOf('federation/rules.cedar', base)).toEqual([]);
    const more = `${base}${rule('@obligation("x") permit (principal, action, resource);', 'it')}`;
    expect(meaningOf('federation/rules.cedar', more)).toEqual([
      'unconditional 4 `it` permits without any condition',
    ]);
  });

  test('is no finding when it is a forbid', () => {
    expect(meaningOf(IMPORT, rule('forbid (principal, action, resource);', 'it'))).toEqual([]);
  });
});

test('rule lint: a rule that distinguishes too many questions is reported as undecided', () => {
  const countries = ['FR', 'DE', 'IT', 'ES', 'PT', 'NL', 'BE', 'LU', 'AT', 'CH', 'PL', 'CZ', 'SK', 'HU'];
  const each = countries.map((code) => `resource.countries.contains(Country::"${code}")`);
  const text = when(`${each.join(' && ')} && resource.minor && !resource.minor`);
  expect(meaningOf(EXPORT, text)).toEqual(['undecided 1 not decided whether `it` ever applies, or always']);
  const two = rule(
    `permit (principal, action == Action::"receive", resource) when { ${each.join(' && ')} };`,
    'two',
  );
  expect(meaningOf(EXPORT, `${text}${two}`)).toContain(
    'undecided 1 not decided whether `two` makes `it` redundant',
  );
});

test('rule lint: a rule that does not fit the schema is not reported as dead too', () => {
  const text = when(
    'resource.knid == Kind::"red" && resource.kind == Kind::"blue" && resource.kind == Kind::"red"',
  );
  expect(meaningOf(EXPORT, text).map((finding) => finding.split(' ')[0])).toEqual(['invalid']);
});
