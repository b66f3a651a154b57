import { describe, expect, test } from 'vitest';
import { errorFrom } from '../../../../services/shared/kernel/errors.js';
import { parseCases } from '../../../../services/shared/workbench/cases/case-file.js';
import {
  createCaseRunner,
  type ExampleDraft,
  failureText,
} from '../../../../services/shared/workbench/cases/cases.js';
import { createCedarSlots } from '../../../../services/shared/policy/cedar/cedar-engine.js';
import { createCompiledEngine } from '../../../../services/shared/policy/compiled-engine.js';
import { facts, loadWith, rule } from '../../policy/folder.js';

const { handling, ...header } = {
  kind: 'red',
  purpose: 'arrest',
  personStatus: 'wanted',
  minor: false,
  crimeAreas: ['other'],
  countries: [],
  classification: 'basic',
  addressees: 'all',
  handling: { codes: [] as string[], evaluation: { source: 'A', information: '1' }, tlp: 'green' },
};
const examples: Readonly<Record<string, ExampleDraft>> = {
  red: { header: { ...header, handling }, sections: { identity: {}, media: {} } },
};
const sets = loadWith({
  'alfa/export.cedar': [
    rule(
      '@obligation("keep") permit (principal, action, resource) when { resource.kind == Kind::"red" };',
      'red',
    ),
    rule(
      'forbid (principal, action == Action::"disclose", resource) when { context.section == Section::"media" && resource.minor };',
      'no-media',
    ),
    rule(
      'forbid (principal, action == Action::"receive", resource) when { principal.id == OrgId::"bravo" } unless { resource has personStatus };',
      'no-status',
    ),
    rule(
      'forbid (principal, action == Action::"receive", resource) when { resource.codes.contains(HandlingCode::"H2") && principal.id == OrgId::"charlie" };',
      'no-h2',
    ),
  ].join(''),
});
const engine = createCompiledEngine(sets, createCedarSlots());
const FILE = `notices:
  red: { example: red }
  child: { example: red, header: { minor: true } }
  h2: { example: red, header: { handling: { codes: [H2] } } }
  typo: { example: red, header: { kind: rde } }
  hidden: { example: red, header: { excluded: [bravo] } }
  unstated: { example: red, header: { personStatus: null } }
cases:
`;

/** Returns the failures of one case, written as the lines below \`cases:\`. */
function run(text: string, owner = 'alfa'): readonly string[] {
  const file = parseCases('alfa/cases.yaml', `${FILE}  - ${text}\n`);
  const runCase = createCaseRunner(owner, {
    engine,
    sets,
    directory: facts,
    example: (name) => examples[name],
  });
  return file.cases.flatMap((each) => runCase(each, file).failures).map(failureText);
}

describe('case runner: a case passes', () => {
  test.each([
    ['others: delivered'],
    [
      'bravo: { sections: [media, identity], rules: [red], obligations: [keep] }, charlie: { sections: [identity, media] }',
    ],
  ])('%s', (expect_) => {
    expect(run(`{ name: n, from: alfa, notice: red, expect: { ${expect_} } }`)).toEqual([]);
  });

  test('with a withheld section, an advertised one, a deny by rule and a deny before rules', () => {
    expect(
      run(
        '{ name: n, from: alfa, notice: child, expect: { others: { sections: [identity], advertised: [media], rules: [red, no-media] } } }',
      ),
    ).toEqual([]);
    expect(
      run('{ name: n, from: alfa, notice: h2, expect: { charlie: { deny: [no-h2] }, others: delivered } }'),
    ).toEqual([]);
    expect(
      run(
        '{ name: n, from: alfa, notice: hidden, expect: { bravo: { because: excluded }, charlie: delivered } }',
      ),
    ).toEqual([]);
    expect(
      run('{ name: n, from: alfa, notice: hidden, expect: { bravo: deny, charlie: delivered } }'),
    ).toEqual([]);
  });

  test('from another originator for the organisation of the file alone, by its import', () => {
    expect(
      run(
        '{ name: n, from: bravo, notice: red, expect: { alfa: { sections: [identity, media], rules: [alfa-import-open] } } }',
      ),
    ).toEqual([]);
    expect(run('{ name: n, from: bravo, notice: h2, layer: import, expect: { alfa: delivered } }')).toEqual(
      [],
    );
  });

  test('when null removes a fact of the example', () => {
    expect(
      run(
        '{ name: n, from: alfa, notice: unstated, expect: { bravo: { deny: [no-status] }, others: delivered } }',
      ),
    ).toEqual([]);
  });

  test('for a single layer', () => {
    expect(
      run(
        '{ name: n, from: alfa, notice: h2, layer: federation, expect: { others: { sections: [identity, media], rules: [federation-rules-open], obligations: [] } } }',
        'federation',
      ),
    ).toEqual([]);
  });
});

describe('case runner: a failure names what was expected and what was got', () => {
  test.each([
    ['red', 'bravo: deny, charlie: delivered', 'bravo: expected deny, got sections [identity, media]'],
    [
      'red',
      'bravo: { sections: [identity] }, charlie: delivered',
      'bravo: expected sections [identity], got sections [identity, media]',
    ],
    [
      'red',
      'bravo: { sections: [identity, media], rules: [blue] }, charlie: delivered',
      'bravo: expected sections [identity, media] rules [blue], got sections [identity, media] rules [red]',
    ],
    ['h2', 'others: delivered', 'charlie: expected delivered, got deny [no-h2]'],
    ['h2', 'charlie: { deny: [] }, bravo: delivered', 'charlie: expected deny [], got deny [no-h2]'],
    ['hidden', 'bravo: { deny: [] }, charlie: delivered', 'bravo: expected deny [], got deny, excluded'],
    ['child', 'others: delivered', 'bravo: expected delivered, got sections [identity]'],
    ['red', 'bravo: delivered', 'charlie: not matched, by name or by `others`'],
    ['red', 'barvo: deny, others: delivered', '`barvo` is no recipient in this case, did you mean `bravo`'],
    ['red', 'bravo: delivered, charlie: delivered, others: deny', '`others` is no recipient in this case'],
  ])('%s, %s', (notice, expectation, message) => {
    expect(run(`{ name: n, from: alfa, notice: ${notice}, expect: { ${expectation} } }`)[0]).toBe(message);
  });

  test('a word in no vocabulary fails the case, even when it expects a deny', () => {
    expect(run('{ name: n, from: alfa, notice: typo, expect: { others: deny } }')[0]).toContain(
      'cannot be evaluated',
    );
  });
});

describe('case file: it is refused with the place of the fault', () => {
  const fault = (text: string): string => {
    try {
      parseCases('alfa/cases.yaml', text);
    } catch (thrown) {
      const error = errorFrom(thrown);
      expect(error.code).toBe('policy-invalid');
      return error.message;
    }
    throw new Error('it was taken');
  };

  test.each([
    [
      `${FILE}  - { name: n, from: alfa, notice: rde, expect: { others: deny } }`,
      /^alfa\/cases\.yaml:9:\d+: no notice `rde`/,
    ],
    [
      `${FILE}  - { name: n, from: alfa, notice: red, expcet: {} }`,
      /^alfa\/cases\.yaml:9:41: unknown field `expcet`, did you mean `expect`/,
    ],
    [
      `${FILE}  - { name: n, from: alfa, notice: red, expect: { others: allow } }`,
      /:9:\d+: expected deny, delivered/,
    ],
    [
      `${FILE}  - { name: n, from: alfa, notice: red, layer: exprot, expect: { others: deny } }`,
      /:9:\d+: unknown word `exprot`, did you mean `export`/,
    ],
    ['notices: {\n', /^alfa\/cases\.yaml:2:1: /],
  ])('%#', (text, message) => {
    expect(fault(text)).toMatch(message);
  });
});
