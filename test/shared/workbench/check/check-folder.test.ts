import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkFolder } from '../../../../services/shared/workbench/check/check-folder.js';
import { placeOf } from '../../../../services/shared/workbench/check/finding.js';
import { folder as shipped } from '../../../policies/sample.js';
import { folderWith, rule } from '../../policy/folder.js';
import { check, DEPS, DIRECTORY, FEDERATION, findingsIn, MEMBERS } from './lint.js';

const placesOf = (files: Readonly<Record<string, string | undefined>>): readonly string[] =>
  check(files)
    .filter(({ severity }) => severity === 'error')
    .map((finding) => `${finding.lint} ${placeOf(finding)}`);

test('policy check: the shipped policies have only the known findings', () => {
  expect(checkFolder(shipped, DEPS)).toEqual([]);
});

describe('policy check, on a rule with `@keep`', () => {
  const open = 'permit (principal, action, resource);';

  test('it suppresses warnings about the rule', () => {
    const kept = `@keep("open on purpose")\n${rule(open, 'it')}`;
    expect(findingsIn('alfa/import.cedar', rule(open, 'it'))).toHaveLength(1);
    expect(findingsIn('alfa/import.cedar', kept)).toEqual([]);
  });

  test('it does not suppress errors', () => {
    const kept = `@keep("open on purpose")\n${rule(open, 'it')}`;
    expect(findingsIn('alfa/export.cedar', kept)).toEqual([
      'unconditional 1 `it` permits without any condition',
    ]);
  });

  test('it suppresses nothing about another rule', () => {
    const kept = `@keep("open on purpose")\n${rule(open, 'it')}${rule(open, 'other')}`;
    expect(findingsIn('alfa/import.cedar', kept)).toContainEqual(
      expect.stringMatching(/^takes-all 5 `other`/),
    );
  });

  test('it needs a reason', () => {
    for (const keep of ['@keep', '@keep("")']) {
      expect(findingsIn('alfa/import.cedar', `${keep}\n${rule(open, 'it')}`)).toContain(
        'annotation 1 `@keep` has no reason: `@keep("…")`',
      );
    }
  });
});

describe('policy check, on a file without rules', () => {
  const deny = '{ alfa: { deny: [bravo-out] } }';
  const cases = `notices: { some: { example: red } }\ncases:\n  - { name: n, notice: some, from: bravo, expect: ${deny} }\n`;

  test('it is reported, and not every name of a rule in it', () => {
    expect(placesOf({ 'bravo/export.cedar': '', 'alfa/cases.yaml': cases })).toEqual([
      'no-rules bravo/export.cedar:1:1',
    ]);
    expect(placesOf({ 'bravo/export.cedar': 'x', 'alfa/cases.yaml': cases })).toHaveLength(1);
  });

  test('it is listed first, with a stray file that may be meant', () => {
    const found = check({ 'bravo/export.cedar': '', 'alfa/cases.yaml': '{', 'bravo/exprt.cedar': '' });
    expect(found.map(({ path }) => path)).toEqual([
      'bravo/export.cedar',
      'bravo/exprt.cedar',
      'alfa/cases.yaml',
    ]);
  });
});

test('policy check: a file that is not UTF-8 and a non-file are findings, and other files are still checked', () => {
  const folder = folderWith({ ...FEDERATION, 'bravo/import.cedar': 'permit (' });
  for (const path of ['alfa/export.cedar', 'alfa/cases.yaml', 'alfa/approvals.yaml'])
    writeFileSync(join(folder, path), Buffer.from('# cit\xe9', 'latin1'));
  symlinkSync('nowhere', join(folder, 'federation/invariants.yaml'));
  const errors = checkFolder(folder, DEPS).filter(({ lint }) => ['unreadable', 'invalid'].includes(lint));
  expect(errors.map((each) => `${each.lint} ${placeOf(each)} ${each.message}`)).toEqual([
    ...['approvals.yaml', 'cases.yaml', 'export.cedar'].map(
      (name) => `unreadable alfa/${name}:1:6 the byte 0xe9 is not UTF-8: save the file as UTF-8`,
    ),
    expect.stringMatching(/^invalid bravo/),
    'unreadable federation/invariants.yaml:1:1 a link to nothing',
  ]);
});

test('policy check: 2,000 members are one finding at their place', () => {
  const members = Array.from(
    { length: 2_000 },
    (_, index) => `  org${index}: { groups: [x], typo: 1 }\n`,
  ).join('');
  const found = check({ 'federation/members.yaml': `# many\nmembers:\n${members}` });
  expect(found.filter(({ path }) => path === 'federation/members.yaml')).toMatchObject([
    { lint: 'directory', line: 3, column: 3, message: 'expected at most 512 members, got 2000' },
  ]);
});

test('policy check: a rule with 300 nested brackets is a finding at its place, again and again, and other rules are checked', () => {
  const deep = `permit (principal, action, resource) when { ${'('.repeat(300)}true${')'.repeat(300)} };`;
  const text = `${rule(deep, 'deep')}${rule('permit (principal, action, resource) when { resource.knid };', 'next')}`;
  for (const _ of [1, 2]) {
    const errors = check({ 'alfa/export.cedar': text }).filter(({ severity }) => severity === 'error');
    expect(errors.map(({ lint, line, column, message }) => [lint, line, column, message])).toEqual([
      ['invalid', 3, 74, 'nested more than 30 levels deep'],
      ['invalid', 6, 45, expect.stringContaining('`knid`')],
    ]);
  }
});

describe('policy check, on several faulty files', () => {
  test('every file is checked when none of them parses', () => {
    const broken = {
      'schema.cedarschema': 'entity {',
      'federation/directory.yaml': 'organisations: [',
      'federation/members.yaml': 'members: [',
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
      'directory federation/members.yaml',
      'invalid schema.cedarschema',
    ]);
  });

  test('every file is checked when some are missing', () => {
    const absent = {
      'federation/directory.yaml': undefined,
      'federation/members.yaml': undefined,
      'federation/rules.cedar': undefined,
      'bravo/export.cedar': '// nothing yet',
    };
    expect(placesOf(absent)).toEqual([
      'no-rules bravo/export.cedar:1:1',
      'no-rules federation/rules.cedar:1:1',
      'directory federation/directory.yaml:1:1',
      'directory federation/members.yaml:1:1',
    ]);
  });
});

test('policy check: every fault of a file is reported, in the order of the file', () => {
  const text = `${rule('permit (principal, action, resource) when { resource.knid == Kind::"red" };', 'a')}
${rule('permit (principal, action, resource) when { resource.kind == Kind::"rde" };', 'a')}
@id("b") permit (principal == Organisation::"bravo", action, resource);`;
  expect(
    findingsIn('alfa/export.cedar', text).map((finding) => finding.split(' ').slice(0, 2).join(' ')),
  ).toEqual(['invalid 3', 'duplicate-id 5', 'unknown-word 7', 'reason 9', 'open-literal 9']);
});

test('policy check: a file that nothing reads is stray, with the nearest known name', () => {
  const strays = check({
    'alfa/exports.cedar': '',
    'brvo/export.cedar': '',
    'federation/invariant.yaml': '',
  }).filter(({ lint }) => lint === 'stray');
  expect(strays.map(({ path, message }) => `${path} ${message}`)).toEqual([
    'alfa/exports.cedar nothing reads this file, did you mean `alfa/export.cedar`',
    'brvo/export.cedar no member `brvo`, did you mean `bravo`: nothing reads this file',
    'federation/invariant.yaml nothing reads this file, did you mean `federation/invariants.yaml`',
  ]);
});

test('policy check: an approval needs two different names, an id as `policy diff` prints it, and an end', () => {
  const text = `- { loosening: 0123456789ab, approvedBy: [Ana, Ben], reason: r, until: 2027-01-01 }
- { loosening: x1, approvedBy: [Ana, Ana], reason: r, utnil: 2027-01-01 }
- { loosening: 0123456789ab, approvedBy: [Ana], reason: r, until: 2027-01-01 }
`;
  expect(findingsIn('alfa/approvals.yaml', text)).toEqual([
    'approvals 2 expected the 12 hex digits that `policy diff` prints, in quotes',
    'approvals 2 unknown field `utnil`, did you mean `until`',
    'approvals 3 expected two different names',
  ]);
});

test('policy check: it finds what `policy diff` refuses in an approval, the federation’s included', () => {
  const text = `- { loosening: 0123456789ab, approvedBy: [Ana, Ben], reason: r, until: 2027-02-30 }
- { loosening: 0123456789ab, approvedBy: [Ana, " ana"], reason: r, until: 2027-01-01 }
`;
  for (const path of ['alfa/approvals.yaml', 'federation/approvals.yaml']) {
    expect(findingsIn(path, text)).toEqual([
      'approvals 1 `2027-02-30` is not a day',
      `approvals 2 \`0123456789ab\` is approved twice: see ${path}:1:3`,
      'approvals 2 ` ana` is named twice: an approval needs two different names',
    ]);
  }
});

test('policy check: an approval that has ended, or ends within a week, is a warning', () => {
  const days = ['2026-02-28', '2026-03-01', '2026-03-08', '2026-03-09'];
  const text = days
    .map(
      (day, at) => `- { loosening: "0123456789a${at}", approvedBy: [Ana, Ben], reason: r, until: ${day} }\n`,
    )
    .join('');
  expect(findingsIn('alfa/approvals.yaml', text)).toEqual([
    'ended 1 the approval of `0123456789a0` ended on 2026-02-28',
    'ended 2 the approval of `0123456789a1` ends on 2026-03-01',
    'ended 3 the approval of `0123456789a2` ends on 2026-03-08',
  ]);
});

describe('policy check, on an obligation of one rule alone', () => {
  const obliging = (...words: readonly string[]): string =>
    words
      .map(
        (word, at) =>
          `@obligation("${word}")\n${rule(`permit (principal, action, resource) when { ${AREAS[at]} };`, `alfa-${at}`)}`,
      )
      .join('');
  const AREAS = ['resource.minor', 'resource.tlp == Tlp::"red"', 'resource.kind == Kind::"red"'];
  const warned = (...words: readonly string[]): readonly string[] =>
    findingsIn('alfa/export.cedar', obliging(...words)).filter((each) => each.startsWith('obligation '));

  test('one that is nearly the obligation of several rules is a warning', () => {
    expect(warned('not-for-court', 'not-for-cuort', 'not-for-court')).toEqual([
      'obligation 5 no other rule has the obligation `not-for-cuort`, did you mean `not-for-court`',
    ]);
  });

  test('a different word, or one near another single obligation, is no finding', () => {
    expect(warned('not-for-court', 'destroy-after-use', 'not-for-court')).toEqual([]);
    expect(warned('not-for-court', 'not-for-cuort')).toEqual([]);
  });
});

test('policy check: an obligation of a permit that only advertises is a warning, one that also discloses is none', () => {
  const permit = (action: string): string =>
    rule(
      `@obligation("ask-first")\npermit (principal, action ${action}, resource) when { resource.minor };`,
      'a',
    );
  const found = (action: string): readonly string[] =>
    check({ 'alfa/export.cedar': permit(action) })
      .filter(({ lint }) => lint === 'advertise-obligation')
      .map(({ message }) => message);
  expect(found('== Action::"advertise"')).toEqual([
    '`a` permits only to advertise: its obligation `ask-first` has no effect',
  ]);
  expect(found('in [Action::"disclose", Action::"advertise"]')).toEqual([]);
});

test('policy check: an id that begins like the ids of another organisation is a note', () => {
  const some = 'permit (principal, action, resource) when { resource.tlp != Tlp::"red" };';
  const notes = check({ 'alfa/export.cedar': rule(some, 'bravo-more') }).filter(
    ({ lint }) => lint === 'foreign-id',
  );
  expect(notes.map(({ severity, path, message }) => `${severity} ${path} ${message}`)).toEqual([
    'note alfa/export.cedar `bravo-more` begins like the ids of `bravo`',
  ]);
});

test('policy check: a misspelt `others` of a case is found', () => {
  const text =
    'notices: { r: { example: red } }\ncases:\n  - { name: n, notice: r, from: alfa, expect: { other: deny } }\n';
  expect(findingsIn('alfa/cases.yaml', text)).toEqual([
    'cases 3 no organisation `other`, did you mean `others`',
  ]);
});

test('policy check: with a faulty directory no rule is reported as dead', () => {
  const lints = check({ 'federation/members.yaml': MEMBERS.replaceAll('basic', 'basics') }).map(
    ({ lint }) => lint,
  );
  expect(new Set(lints)).toEqual(new Set(['directory']));
});

test('policy check: a fault in a condition over several lines of YAML is reported at its line', () => {
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

test('policy check: a missing folder is a usage error', () => {
  expect(() => checkFolder('/nowhere/policies', DEPS)).toThrow(expect.objectContaining({ code: 'usage' }));
});

test('policy check: a fact in the wrong one of members.yaml and directory.yaml is found, with the file it belongs in', () => {
  const found = check({
    'federation/members.yaml': MEMBERS.replace('{ name: alfa', '{ quotas: { perMinute: 1 }, name: alfa'),
    'federation/directory.yaml': `${DIRECTORY}organisations:\n  bravo: { groups: [north] }\n`,
  });
  expect(found.map(({ lint, path, line, message }) => `${lint} ${path}:${line} ${message}`)).toEqual([
    'directory federation/directory.yaml:4 `groups` belongs in federation/members.yaml, under `members`',
    'directory federation/members.yaml:2 `quotas` belongs in federation/directory.yaml, under `organisations`',
  ]);
});

test('policy check: who approves accessions, and the host of a member, are read strictly', () => {
  const found = (text: string) =>
    check({ 'federation/members.yaml': text }).map(({ line, message }) => `${line} ${message}`);
  expect(
    found(`accession: operator\n${MEMBERS.replace('seat: here', 'host: shared-1, seat: here')}`),
  ).toEqual([]);
  expect(found(`accession: anyone\n${MEMBERS}`)).toEqual(['1 expected equal to one of the allowed values']);
  expect(found(MEMBERS.replace('seat: here', 'host: [alfa], seat: here'))).toEqual(['2 expected string']);
});

test('policy check: an entry of directory.yaml for a non-member, an unknown field and a wrong shape are found', () => {
  const withOrganisations = (text: string) =>
    check({ 'federation/directory.yaml': `${DIRECTORY}organisations:\n  ${text}\n` })
      .filter(({ lint }) => lint === 'directory')
      .map(({ line, column, message }) => `${line}:${column} ${message}`);
  expect(withOrganisations('brvo: { quotas: { perMinute: 1 } }')).toEqual([
    '4:3 no member `brvo` in federation/members.yaml, did you mean `bravo`',
  ]);
  expect(withOrganisations('bravo: { quota: { perMinute: 1 } }')).toEqual([
    '4:12 unknown field `quota`, did you mean `quotas`',
  ]);
  expect(withOrganisations('bravo: { quotas: { perMinute: many } }')).toEqual(['4:33 expected integer']);
});

test('policy check: a misspelt member under `joining` of an invariant is found at its place', () => {
  const when = `'resource.kind == Kind::"red"'`;
  const text = `- { id: a, says: s, when: ${when}, joining: [alfa, brvo], always: receive }\n`;
  expect(findingsIn('federation/invariants.yaml', text)).toEqual([
    'invariants 1 no member `brvo`, did you mean `bravo`',
  ]);
});
