import { describe, expect, test } from 'vitest';
import { rule } from '../../policy/folder.js';
import { meaningOf } from './lint.js';

const when = (condition: string, scope = 'action == Action::"receive"'): string =>
  rule(`permit (principal, ${scope}, resource) when { ${condition} };`, 'it');
const EXPORT = 'alfa/export.cedar';
const IMPORT = 'alfa/import.cedar';

describe('a rule whose conditions exclude each other is contradictory', () => {
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
      'more words than anything says',
      'resource.crimeAreas.isEmpty() && resource.crimeAreas.containsAny([CrimeArea::"cybercrime", CrimeArea::"terrorism"])',
    ],
  ])('%s', (_, condition) => {
    expect(meaningOf(EXPORT, when(condition))).toEqual([
      'contradictory 1 `it` never applies: its conditions exclude each other',
    ]);
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

describe('conditions that only look as if they excluded each other are none', () => {
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
});

describe('a rule about what its layer is never asked is out of reach', () => {
  test('another originator in an export', () => {
    expect(meaningOf(EXPORT, when('resource.originator == OrgId::"bravo"'))).toEqual([
      'out-of-reach 1 `it` never applies here: `alfa/export` is asked about what goes from `alfa` to another',
    ]);
  });

  test('its own organisation as recipient of an export', () => {
    expect(meaningOf(EXPORT, when('principal.id == OrgId::"alfa"'))[0]).toMatch(/^out-of-reach 1 /);
  });

  test('another recipient in an import', () => {
    expect(meaningOf(IMPORT, when('principal.id == OrgId::"bravo"'))).toEqual([
      'out-of-reach 1 `it` never applies here: `alfa/import` is asked about what comes to `alfa` from another',
    ]);
  });

  test('advertising in an import', () => {
    const text = when('resource.minor', 'action in [Action::"disclose", Action::"advertise"]');
    expect(meaningOf(IMPORT, text)).toEqual(['out-of-reach 1 `it`: `advertise` is never asked of an import']);
  });
});

describe('a rule that could apply and does not is dead', () => {
  test('between the present members: nobody is in both groups that it asks for', () => {
    const condition = 'principal.groups.containsAll([Group::"sea", Group::"south"])';
    expect(meaningOf(EXPORT, when(condition))).toEqual([
      'dead 1 `it` never applies: not between the present members',
    ]);
  });

  test('and one that one pair of members meets is alive', () => {
    expect(meaningOf(EXPORT, when('principal.groups.containsAll([Group::"sea", Group::"north"])'))).toEqual(
      [],
    );
  });

  test('because no kind allows such a notice', () => {
    const condition =
      'resource.kind == Kind::"un-special" && resource.classification == Classification::"confidential"';
    expect(meaningOf(EXPORT, when(condition))).toEqual([
      'dead 1 `it` never applies: no kind allows such a notice',
    ]);
  });

  test('but a forbid of what the kinds rule out already is a second line of defence', () => {
    const forbid = (condition: string): string =>
      rule(`forbid (principal, action == Action::"receive", resource) when { ${condition} };`, 'it');
    const condition =
      'resource.kind == Kind::"un-special" && resource.classification == Classification::"confidential"';
    expect(meaningOf(EXPORT, forbid(condition))).toEqual([]);
    expect(meaningOf(EXPORT, forbid('principal.groups.containsAll([Group::"sea", Group::"south"])'))).toEqual(
      ['dead 1 `it` never applies: not between the present members'],
    );
  });

  test('because the kind has no such section', () => {
    const condition = 'context.section == Section::"identity" && resource.kind == Kind::"purple"';
    expect(meaningOf(EXPORT, when(condition, 'action == Action::"disclose"'))).toEqual([
      'dead 1 `it` never applies: no kind allows such a notice',
    ]);
  });
});

describe('a permit that always applies', () => {
  const ANY = rule('permit (principal, action == Action::"receive", resource);', 'it');
  test.each([
    ['without conditions', ANY],
    ['with one that is true', when('true')],
    ['with one that everything meets', when('resource.minor || !resource.minor')],
    ['with one that all it is asked about meets', when('resource.originator == OrgId::"alfa"')],
  ])('is unconditional %s', (_, text) => {
    expect(meaningOf(EXPORT, text)).toEqual(['unconditional 1 `it` permits without any condition']);
  });

  test('is a warning in an import: to take everything is its own affair', () => {
    expect(meaningOf(IMPORT, ANY)).toEqual(['takes-all 1 `it` takes from everybody, whatever it is']);
  });

  test('is the base permit when it is the first of the federation, and unconditional after it', () => {
    const base = rule('permit (principal, action, resource);', 'base');
    expect(meaningOf('federation/rules.cedar', base)).toEqual([]);
    const more = `${base}${rule('@obligation("x") permit (principal, action, resource);', 'it')}`;
    expect(meaningOf('federation/rules.cedar', more)).toEqual([
      'unconditional 4 `it` permits without any condition',
    ]);
  });

  test('is nothing to mend when it is a forbid', () => {
    expect(meaningOf(IMPORT, rule('forbid (principal, action, resource);', 'it'))).toEqual([]);
  });
});

test('of a rule that can tell apart more than is tried it is said that it was not decided', () => {
  const countries = ['FR', 'DE', 'IT', 'ES', 'PT', 'NL', 'BE', 'LU', 'AT', 'CH', 'PL', 'CZ', 'SK', 'HU'];
  const each = countries.map((code) => `resource.countries.contains(Country::"${code}")`);
  const text = when(`${each.join(' && ')} && resource.minor && !resource.minor`);
  expect(meaningOf(EXPORT, text)).toEqual([
    'undecided 1 not decided for `it`: whether it ever, or always, applies',
  ]);
  const two = rule(
    `permit (principal, action == Action::"receive", resource) when { ${each.join(' && ')} };`,
    'two',
  );
  expect(meaningOf(EXPORT, `${text}${two}`)).toContain(
    'undecided 1 not decided for `it`: whether it is needless beside `two`',
  );
});

test('a rule that does not fit the schema is not said to be dead too', () => {
  const text = when(
    'resource.knid == Kind::"red" && resource.kind == Kind::"blue" && resource.kind == Kind::"red"',
  );
  expect(meaningOf(EXPORT, text).map((finding) => finding.split(' ')[0])).toEqual(['invalid']);
});
