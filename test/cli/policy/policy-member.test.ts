import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { filesBelow } from '../../support/files-below.js';
import { folder as shipped } from '../../policies/sample.js';
import { copyOfPolicies } from './copy-of-policies.js';
import { runLine } from './run-line.js';

const MEMBERS = 'federation/members.yaml';
const read = (folder: string, path: string): string => readFileSync(join(folder, path), 'utf8');
const add = (folder: string, ...words: readonly string[]) =>
  runLine(['policy', 'member', 'add', ...words, '--policies', folder]);

const CARICOMPOL = [
  ['--name', 'Caribbean Community Police', '--seat', 'Port of Spain', '--accredited', 'basic,restricted'],
  ['--group', 'regional', '--group', 'member-channel', '--agreement', 'interpol,europol'],
].flat();

/** Returns every file of a folder with its text. */
const listFolder = (folder: string) =>
  Object.fromEntries(filesBelow(folder).map((path) => [relative(folder, path), readFileSync(path, 'utf8')]));

/** Returns the invariants of `policy prove --json` that are not demanded yet of every member. */
function joiningIn(json: string): readonly string[] {
  const { invariants } = JSON.parse(json) as {
    readonly invariants: readonly { readonly id: string; readonly joining?: readonly string[] }[];
  };
  return invariants.filter(({ joining = [] }) => joining.includes('caricompol')).map(({ id }) => id);
}

/** Returns the lines of the new text that the old one lacks. */
function addedLines(before: string, after: string): readonly string[] {
  const old = before.split('\n');
  return after.split('\n').filter((line) => !old.includes(line));
}

test('policy member add: a new member exchanges with nobody, and check, test and prove still pass', {
  tags: ['long'],
}, async () => {
  const { folder } = copyOfPolicies();
  const { code, stdout } = await add(folder, 'caricompol', ...CARICOMPOL);
  expect([code, stdout]).toEqual([0, expect.stringContaining('caricompol exchanges with nobody')]);
  expect(stdout).toContain(`policy diff --member caricompol --policies ${folder}`);

  for (const words of [['check', '--strict'], ['test'], ['prove', '--json']]) {
    const ran = await runLine(['policy', ...words, '--policies', folder]);
    expect([words, ran.code, ran.stderr, ran.stdout]).toEqual([words, 0, '', expect.any(String)]);
    if (words[0] === 'prove') expect(joiningIn(ran.stdout)).toEqual(['sanctions-for-all', 'sanctions-whole']);
  }
  const draft = join(projectRoot, 'proto/examples/un-special.json');
  const seen = await runLine([
    'policy',
    'who-sees',
    draft,
    '--from',
    'interpol',
    '--policies',
    folder,
    '--json',
  ]);
  expect(JSON.parse(seen.stdout)).toMatchObject({
    recipients: expect.arrayContaining([
      expect.objectContaining({
        org: 'caricompol',
        outcome: 'denied',
        rule: 'caricompol-import-00-nothing-yet',
      }),
    ]),
  });
});

test('policy member add: agreements are written into both entries, and every other line of members.yaml stays', async () => {
  const { folder } = copyOfPolicies();
  await add(folder, 'caricompol', ...CARICOMPOL);
  expect(addedLines(read(shipped, MEMBERS), read(folder, MEMBERS))).toEqual([
    '    agreements: [europol, afripol, ameripol, aseanapol, gccpol, caricompol]',
    '    agreements: [interpol, ameripol, gccpol, caricompol]',
    '  caricompol:',
    '    name: Caribbean Community Police',
    '    seat: Port of Spain',
  ]);
  expect(read(folder, MEMBERS)).toMatch(
    /\n {2}caricompol:\n(?: {4}.*\n){4} {4}agreements: \[interpol, europol\]\n$/,
  );
  expect(addedLines(read(folder, MEMBERS), read(shipped, MEMBERS))).toHaveLength(2);
});

test('policy member add: a case of another names the new member only where it does not get what `others` expects', async () => {
  const { folder } = copyOfPolicies();
  const { stderr } = await add(folder, 'caricompol', '--agreement', 'europol');
  const added = addedLines(read(shipped, 'europol/cases.yaml'), read(folder, 'europol/cases.yaml'));
  expect(added.length).toBeGreaterThan(5);
  expect(added.filter((line) => !line.startsWith('      caricompol: { '))).toEqual([]);
  expect(stderr).toContain(`europol/cases.yaml: cases that name caricompol, because `);
  expect(addedLines(read(shipped, 'gccpol/cases.yaml'), read(folder, 'gccpol/cases.yaml'))).toEqual([
    expect.stringContaining('caricompol: { deny: ['),
  ]);
});

test('policy member add: an entry in another style, with comments, keeps them', async () => {
  const { folder, change } = copyOfPolicies();
  change(MEMBERS, 'agreements: [aseanapol]', 'agreements:\n      # one\n      - "aseanapol" # the nearest');
  await add(folder, 'caricompol', '--agreement', 'ecopol');
  const text = read(folder, MEMBERS);
  expect(text).toContain(
    'agreements:\n      # one\n      - "aseanapol" # the nearest\n      - caricompol\n  caricompol:\n',
  );
});

test.each([
  ['a member', ['europol'], /members\.yaml:17:3`: `europol` is a member already/],
  ['malformed', ['Caricompol'], /`Caricompol` is not an id: lower-case letters, digits and `-`, at most 64/],
  ['digits alone', ['112'], /`112` is not an id: .+, not digits alone/],
  ['reserved', ['federation'], /`federation` is no name for a member/],
  ['missing', [], /`policy member add` needs the id of the new member/],
  [
    'with an unknown agreement',
    ['x', '--agreement', 'uropol'],
    /`--agreement`: no member `uropol`, did you mean `europol`/,
  ],
  ['with itself', ['x', '--agreement', 'x'], /`--agreement`: no member `x`/],
  ['with a misspelt class', ['x', '--accredited', 'basc'], /no classification `basc`, did you mean `basic`/],
  ['with a malformed group', ['x', '--group', 'A B'], /`--group`: `A B` is not a group/],
  ['with an empty name', ['x', '--name', ' '], /`--name`: expected 1 to 200 characters/],
])('policy member add: an id that is %s is refused, and nothing is written', async (_, words, says) => {
  const { folder } = copyOfPolicies();
  const before = listFolder(folder);
  const { code, stderr } = await add(folder, ...words);
  expect([code, stderr]).toEqual([2, expect.stringMatching(says)]);
  expect(listFolder(folder)).toEqual(before);
});

test('policy member add: a 513th member is refused at the mapping of members', async () => {
  const { folder } = copyOfPolicies();
  const entry = '{ name: n, seat: s, groups: [], accreditedFor: [], agreements: [] }';
  const members = Array.from({ length: 512 }, (_, index) => `  org${index}: ${entry}\n`).join('');
  writeFileSync(join(folder, MEMBERS), `members:\n${members}`);
  const { code, stderr } = await add(folder, 'one-more');
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/members\.yaml:2:3`: expected at most 512 members, got 513/),
  ]);
});

test('policy member add: a folder of that name is never written over', async () => {
  const { folder } = copyOfPolicies();
  mkdirSync(join(folder, 'caricompol'));
  writeFileSync(join(folder, 'caricompol/export.cedar'), '// mine');
  const { code, stderr } = await add(folder, 'caricompol');
  expect([code, stderr]).toEqual([2, expect.stringContaining('/caricompol`: exists already')]);
  expect(read(folder, 'caricompol/export.cedar')).toBe('// mine');
});

test('policy member add --dry-run: names every file, shows the new ones, and writes nothing', async () => {
  const { folder } = copyOfPolicies();
  const { code, stdout } = await add(folder, 'caricompol', '--agreement', 'europol', '--dry-run');
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/^would write caricompol\/export\.cedar, .*members\.yaml\n/),
  ]);
  expect(stdout).toContain('@id("caricompol-import-00-nothing-yet")');
  expect(listFolder(folder)).toEqual(listFolder(shipped));
  expect(existsSync(join(folder, 'caricompol'))).toBe(false);
});

test('policy member list: shows the facts of each member', async () => {
  const { code, stdout } = await runLine(['policy', 'member', 'list'], { width: 160 });
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^ecopol +Economic Cooperation +Tehran +regional member-channel +basic +aseanapol$/m,
  );
  const { stdout: json } = await runLine(['policy', 'member', 'list', '--json']);
  expect(JSON.parse(json)).toMatchObject({ ecopol: { seat: 'Tehran', quotas: { perMinute: 60_000 } } });
});

test('policy member add --facts-only: writes the entry of the member and no rules, which come from its site', async () => {
  const { folder } = copyOfPolicies();
  const before = Object.keys(listFolder(folder));
  const { code, stdout, stderr } = await add(folder, 'caricompol', '--facts-only', ...CARICOMPOL);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stdout).toContain('the rules of caricompol come from its site');
  expect(read(folder, MEMBERS)).toContain('caricompol');
  expect(Object.keys(listFolder(folder))).toEqual(before);
});
