import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { errorFrom, type LiaisonError } from '../../../services/shared/kernel/errors.js';
import type { DirectoryFacts } from '../../../services/shared/policy/facts.js';
import { loadPolicies } from '../../../services/shared/policy/policies.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { facts, folderWith, loadWith, rule, write } from './folder.js';

const ANY = 'permit (principal, action, resource);';

function faultOf(load: () => unknown): LiaisonError {
  try {
    load();
  } catch (thrown) {
    return errorFrom(thrown);
  }
  throw new Error('the folder loaded');
}

const faultIn = (text: string): LiaisonError => faultOf(() => loadWith({ 'alfa/export.cedar': text }));
const first = (text: string): string => {
  const error = faultIn(text);
  expect(error.code).toBe('policy-invalid');
  const [detail] = error.details;
  return `${detail?.path} ${detail?.message}`;
};

test('policy loader: a folder gives a set for the federation and two per member, each with the digest of its text', () => {
  const text = rule(ANY, 'alfa-1');
  const { sets, digests, rules } = loadWith({ 'alfa/export.cedar': text });
  expect([...sets.keys()]).toEqual([
    'federation',
    ...['alfa', 'bravo', 'charlie'].flatMap((id) => [`${id}/export`, `${id}/import`]),
  ]);
  expect(digests['alfa/export']).toBe(digest(text));
  expect(Object.keys(digests)).toEqual(['schema', ...sets.keys()]);
  expect(rules.get('alfa-1')).toMatchObject({
    effect: 'permit',
    reason: 'because',
    place: 'alfa/export.cedar:1:1',
  });
});

test('policy loader: a schema saved during the load is not paired with the digest of another text', () => {
  const folder = folderWith();
  const before = readFileSync(join(folder, 'schema.cedarschema'), 'utf8');
  // The loader asks for the members right after it read the schema.
  const saving: DirectoryFacts = {
    get organisations() {
      write(folder, 'schema.cedarschema', `${before}\n// saved meanwhile`);
      return facts.organisations;
    },
  };
  expect(loadPolicies(folder, saving, digest).digests['schema']).toBe(digest(before));
});

test('policy loader: a rule without an id or a reason does not load', () => {
  expect(first(`\n@reason("r")\n${ANY}`)).toBe('alfa/export.cedar:2:1 the rule has no `@id("…")`');
  expect(first(`@id("x")\n${ANY}`)).toBe('alfa/export.cedar:1:1 the rule `x` has no `@reason("…")`');
  expect(first(`@id("")\n@reason("r")\n${ANY}`)).toContain('has no `@id');
});

test('policy loader: an id is unique over all sets', () => {
  const twice = rule(ANY, 'bravo-import-open');
  expect(first(twice)).toContain('the id `bravo-import-open` is taken: see ');
  expect(first(rule(ANY, 'same') + rule(ANY, 'same'))).toMatch(
    /^alfa\/export\.cedar:4:1 .*see alfa\/export\.cedar:1:1$/,
  );
});

test('policy loader: the error about a misspelt annotation names the nearest one', () => {
  expect(first(`@resaon("r") ${rule(ANY)}`)).toContain('unknown annotation `@resaon`, did you mean `reason`');
});

test('policy loader: a literal of an open type is refused, because it validates silently and never matches', () => {
  const text = rule('permit (principal, action, resource) when {\n  principal == Organisation::"barvo"\n};');
  expect(first(text)).toContain('alfa/export.cedar:4:16 `Organisation::"barvo"` matches nothing');
  expect(first(rule('permit (principal == Organisation::"bravo", action, resource);'))).toContain(':3:22 ');
  expect(first(rule('permit (principal, action, resource == Notice::"1");'))).toContain(
    '`Notice::"1"` matches nothing',
  );
});

test.each([
  ['Kind', 'resource.kind == Kind::"redd"', 'did you mean `red`'],
  ['OrgId', 'principal.id == OrgId::"bravvo"', 'did you mean `bravo`'],
  ['Group', 'principal.groups.contains(Group::"nort")', 'did you mean `north`'],
  ['CrimeArea', 'resource.crimeAreas.contains(CrimeArea::"terorism")', 'did you mean `terrorism`'],
])(
  'policy loader: a word missing from the vocabulary %s is reported with the nearest one and its place',
  (_, condition, hint) => {
    const text = rule(`permit (principal, action, resource)\n// é\nwhen { ${condition} };`);
    expect(first(text)).toContain(hint);
    expect(first(text)).toMatch(/^alfa\/export\.cedar:5:\d+ /);
  },
);

test.each([
  ['an attribute', 'when { resource.knid == Kind::"red" };', /5:8 attribute `knid` .*did you mean `kind`/],
  [
    'an entity type',
    'when { resource.kind == Knd::"red" };',
    /unrecognized entity type `Knd`, did you mean `Kind`/,
  ],
  [
    'an optional attribute without `has`',
    'when { resource.personStatus == PersonStatus::"wanted" };',
    /optional attribute/,
  ],
  ['a plain string', 'when { resource.kind == "red" };', /String and Kind are not compatible/],
  ['a section outside of disclose', 'when { context.section == Section::"media" };', /`section` in context/],
])('policy loader: %s is reported at its place in the file', (_, condition, message) => {
  expect(first(rule(`permit (principal, action, resource)\n// é€\n${condition}`))).toMatch(message);
});

test('policy loader: a syntax error is reported at its place, and the other rules are still checked', () => {
  const error = faultIn(
    `${rule('permit (principal, action resource);')}${rule('permit (principal, action, resource) when { x };')}`,
  );
  expect(error.details.map(({ path }) => path)).toEqual(['alfa/export.cedar:3:27', 'alfa/export.cedar:6:45']);
});

test('policy loader: a template is refused', () => {
  expect(first(rule('permit (principal == ?principal, action, resource);'))).toContain(
    'a rule cannot be a template',
  );
});

test('policy loader: every fault of the folder is in the details, and the message names the first', () => {
  const error = faultOf(() => loadWith({ 'alfa/export.cedar': ANY, 'bravo/import.cedar': ANY }));
  expect(error.details).toHaveLength(4);
  expect(error.message).toBe('alfa/export.cedar:1:1: the rule has no `@id("…")`, and 3 more');
});

test.each([['federation/rules.cedar'], ['charlie/import.cedar']])(
  'policy loader: a missing set is policy-missing and permits nothing: %s',
  (path) => {
    const folder = folderWith();
    rmSync(join(folder, path));
    const error = faultOf(() => loadPolicies(folder, facts, digest));
    expect(error.code).toBe('policy-missing');
    expect(error.details).toEqual([{ path, message: 'no rules' }]);
  },
);

test('policy loader: a file that is not UTF-8 is policy-invalid with the place, a non-file policy-missing', () => {
  const folder = folderWith();
  const path = join(folder, 'alfa/export.cedar');
  writeFileSync(path, Buffer.from([0x2f, 0x2f, 0xe9]));
  const { code, details } = faultOf(() => loadPolicies(folder, facts, digest));
  expect([code, details[0]?.path]).toEqual(['policy-invalid', 'alfa/export.cedar:1:3']);
  rmSync(path);
  mkdirSync(path);
  expect(faultOf(() => loadPolicies(folder, facts, digest))).toMatchObject({
    code: 'policy-missing',
    details: [{ path: 'alfa/export.cedar', message: 'not a file' }],
  });
});

test('policy loader: a set with comments only is policy-missing', () => {
  expect(faultIn('// nothing yet\n').code).toBe('policy-missing');
});

test('policy loader: a missing schema is policy-missing, a broken one policy-invalid', () => {
  const folder = folderWith();
  rmSync(join(folder, 'schema.cedarschema'));
  expect(faultOf(() => loadPolicies(folder, facts, digest)).code).toBe('policy-missing');
  expect(faultOf(() => loadWith({ 'schema.cedarschema': 'entity {' })).code).toBe('policy-invalid');
});
