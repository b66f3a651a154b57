import { describe, expect, test } from 'vitest';
import { checkFolder } from '../../../../services/shared/policy/workbench/check-folder.js';
import { placeOf } from '../../../../services/shared/policy/workbench/finding.js';
import { digest } from '../../../../services/shared/trust/digest.js';
import { parseFederation } from '../../../../services/shared/trust/directory-source.js';
import { folder as shipped } from '../../../policies/sample.js';
import { rule } from '../folder.js';
import { check, DIRECTORY, findingsIn } from './lint.js';

const placesOf = (files: Readonly<Record<string, string | undefined>>): readonly string[] =>
  check(files)
    .filter(({ severity }) => severity === 'error')
    .map((finding) => `${finding.lint} ${placeOf(finding)}`);

test('in the shipped policies there is nothing to mend but what was looked at', () => {
  expect(checkFolder(shipped, { digest, parseDirectory: parseFederation })).toEqual([]);
});

describe('what an author says to keep', () => {
  const open = 'permit (principal, action, resource);';

  test('is not warned about', () => {
    const kept = `@keep("open on purpose")\n${rule(open, 'it')}`;
    expect(findingsIn('alfa/import.cedar', rule(open, 'it'))).toHaveLength(1);
    expect(findingsIn('alfa/import.cedar', kept)).toEqual([]);
  });

  test('is still wrong where it is an error', () => {
    const kept = `@keep("open on purpose")\n${rule(open, 'it')}`;
    expect(findingsIn('alfa/export.cedar', kept)).toEqual([
      'unconditional 1 `it` permits without any condition',
    ]);
  });

  test('hides nothing about another rule', () => {
    const kept = `@keep("open on purpose")\n${rule(open, 'it')}${rule(open, 'other')}`;
    expect(findingsIn('alfa/import.cedar', kept)).toContainEqual(
      expect.stringMatching(/^takes-all 5 `other`/),
    );
  });

  test('needs a reason', () => {
    for (const keep of ['@keep', '@keep("")']) {
      expect(findingsIn('alfa/import.cedar', `${keep}\n${rule(open, 'it')}`)).toContain(
        'annotation 1 `@keep` says no reason: `@keep("…")`',
      );
    }
  });
});

test('a file without rules is told before all that names its rules', () => {
  const deny = '{ alfa: { deny: [bravo-out] } }';
  const cases = `notices: { some: { kind: red } }\ncases:\n  - { notice: some, from: bravo, expect: ${deny} }\n`;
  const found = placesOf({ 'bravo/export.cedar': '', 'alfa/cases.yaml': cases });
  expect(found[0]).toBe('no-rules bravo/export.cedar:1:1');
  expect(found.slice(1)).toContainEqual(expect.stringMatching(/^cases alfa/));
});

describe('no file keeps another from being checked', () => {
  test('whatever does not parse', () => {
    const broken = {
      'schema.cedarschema': 'entity {',
      'federation/directory.yaml': 'organisations: [',
      'federation/invariants.yaml': '- {',
      'alfa/export.cedar': 'permit (',
      'alfa/cases.yaml': '{',
      'alfa/approvals.yaml': '[',
      'bravo/import.cedar': 'permit (principal, action, resource);',
    };
    expect(placesOf(broken).map((found) => found.replace(/:\d+:\d+$/, ''))).toEqual([
      'approvals alfa/approvals.yaml',
      'cases alfa/cases.yaml',
      'invalid alfa/export.cedar',
      'id bravo/import.cedar',
      'reason bravo/import.cedar',
      'directory federation/directory.yaml',
      'invariants federation/invariants.yaml',
      'invalid schema.cedarschema',
    ]);
  });

  test('whatever is not there', () => {
    const absent = {
      'federation/directory.yaml': undefined,
      'federation/rules.cedar': undefined,
      'bravo/export.cedar': '// nothing yet',
    };
    expect(placesOf(absent)).toEqual([
      'no-rules bravo/export.cedar:1:1',
      'no-rules federation/rules.cedar:1:1',
      'directory federation/directory.yaml:1:1',
    ]);
  });
});

test('every fault of one file is told, in its order', () => {
  const text = `${rule('permit (principal, action, resource) when { resource.knid == Kind::"red" };', 'a')}
${rule('permit (principal, action, resource) when { resource.kind == Kind::"rde" };', 'a')}
@id("b") permit (principal == Organisation::"bravo", action, resource);`;
  expect(
    findingsIn('alfa/export.cedar', text).map((finding) => finding.split(' ').slice(0, 2).join(' ')),
  ).toEqual(['invalid 3', 'duplicate-id 5', 'unknown-word 7', 'reason 9', 'open-literal 9']);
});

test('a file that nothing reads is a stray one, with the nearest name that is read', () => {
  const strays = check({
    'alfa/exports.cedar': '',
    'brvo/export.cedar': '',
    'federation/invariant.yaml': '',
  }).filter(({ lint }) => lint === 'stray');
  expect(strays.map(({ path, message }) => `${path} ${message}`)).toEqual([
    'alfa/exports.cedar nothing reads this file, did you mean `export.cedar`',
    'brvo/export.cedar no member `brvo`, did you mean `bravo`: nothing reads this file',
    'federation/invariant.yaml nothing reads this file, did you mean `invariants.yaml`',
  ]);
});

test('an approval needs two different names, a loosening as `policy diff` prints it, and an end', () => {
  const text = `- { loosening: 0123456789ab, approvedBy: [Ana, Ben], reason: r, until: 2027-01-01 }
- { loosening: x1, approvedBy: [Ana, Ana], reason: r, utnil: 2027-01-01 }
- { loosening: 0123456789ab, approvedBy: [Ana], reason: r, until: 2027-01-01 }
`;
  expect(findingsIn('alfa/approvals.yaml', text)).toEqual([
    'approvals 2 expected the 12 hex digits that `policy diff` prints',
    'approvals 2 unknown field `utnil`, did you mean `until`',
    'approvals 3 expected two different names',
  ]);
});

test('what `policy diff` refuses in an approval is found, that of the federation too', () => {
  const text = `- { loosening: 0123456789ab, approvedBy: [Ana, Ben], reason: r, until: 2027-02-30 }
- { loosening: 0123456789ab, approvedBy: [Ana, " ana"], reason: r, until: 2027-01-01 }
`;
  for (const path of ['alfa/approvals.yaml', 'federation/approvals.yaml']) {
    expect(findingsIn(path, text)).toEqual([
      'approvals 1 `2027-02-30` is no day',
      `approvals 2 \`0123456789ab\` is approved twice: see ${path}:1:3`,
      'approvals 2 ` ana` is named twice: an approval needs two different names',
    ]);
  }
});

test('a directory with a fault makes no rule look dead', () => {
  const lints = check({ 'federation/directory.yaml': DIRECTORY.replaceAll('basic', 'basics') }).map(
    ({ lint }) => lint,
  );
  expect(new Set(lints)).toEqual(new Set(['directory']));
});

test('a fault in a condition over several lines of YAML is at its own line', () => {
  const text = `- id: a
  says: "s"
  when: >-
    resource.minor &&
    resource.minr &&
    resource.kind == Kind::"red"
  never: receive
- { id: b, says: s, when: "resource.kind == Kind::\\"rd\\"", never: receive }
- { id: b, says: s, when: 'resource.minor', always: { disclose: [identiy] }, never: receive }
`;
  const found = check({ 'federation/invariants.yaml': text }).filter(({ lint }) => lint === 'invariants');
  expect(found.map((finding) => `${finding.line}:${finding.column} ${finding.message}`)).toEqual([
    '5:5 attribute `minr` on entity type `Notice` not found, did you mean `minor`',
    '8:45 `Kind::"rd"` is not in the vocabulary, did you mean `red`',
    '9:3 expected exactly one of `never` and `always`',
    '9:9 the id `b` is taken: see federation/invariants.yaml:8:9',
    '9:66 no section `identiy`, did you mean `identity`',
  ]);
});

test('a folder that is not there is bad usage', () => {
  expect(() => checkFolder('/nowhere/policies', { digest, parseDirectory: parseFederation })).toThrow(
    expect.objectContaining({ code: 'usage' }),
  );
});
