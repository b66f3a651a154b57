import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { initDemo } from '../../../../services/cli/init/init-demo.js';
import { writeReleaseDraft } from '../../../../services/cli/policy/release/release-file.js';
import { writeAdopted } from '../../../../services/shared/policy/adopted/adopted-file.js';
import { createBundle, type PolicyBundle } from '../../../../services/shared/policy/adopted/bundle.js';
import { homeAt } from '../../../../services/shared/runtime/home.js';
import { projectRoot } from '../../../../services/shared/runtime/root.js';
import { digest, hexOfDigest } from '../../../../services/shared/trust/digest.js';
import { alfa, bravo, facts, rule, write } from '../../../shared/policy/folder.js';
import { FEDERATION, MEMBERS } from '../../../shared/workbench/check/lint.js';
import { type Ran, runLine } from '../run-line.js';
import { schemaText } from '../../../policies/sample.js';

const root = mkdtempSync(join(tmpdir(), 'liaison-adopted-'));
const home = homeAt(join(root, 'home'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const OPEN = 'permit (principal, action, resource);';
const RED = 'permit (principal, action, resource) when { resource.kind == Kind::"red" };';
const ALFA_EXPORT = rule(RED, 'alfa-export-red');
const ALFA_IMPORT = rule(OPEN, 'alfa-import-open');
/** Alfa released rules for red notices, bravo for all; charlie has released nothing. */
const ADOPTED: PolicyBundle = createBundle(
  [
    ['schema.cedarschema', schemaText()],
    ['federation/rules.cedar', rule(OPEN, 'federation-base')],
    ['federation/members.yaml', MEMBERS],
    ['alfa/export.cedar', ALFA_EXPORT],
    ['alfa/import.cedar', ALFA_IMPORT],
    ['bravo/export.cedar', rule(OPEN, 'bravo-export-open')],
    ['bravo/import.cedar', rule(OPEN, 'bravo-import-open')],
  ],
  digest,
);

beforeAll(async () => {
  await initDemo(home, { now: new Date() });
  mkdirSync(home.router(1), { recursive: true });
  const kept = { bundle: ADOPTED, directory: facts, at: Date.now(), previous: null };
  writeAdopted(home.router(1, 'policies.adopted'), kept, digest);
});

/** Runs a verb at the hub. */
const atHub = (...words: readonly string[]): Promise<Ran> =>
  runLine(['policy', ...words], { home, env: { LIAISON_POLICY_SOURCE: 'releases' } });

const scripts = join(projectRoot, 'scripts');
const draft = (kind: string): string => join(projectRoot, 'proto/examples', `${kind}.json`);

/** A folder with these files alone. */
function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(root, 'changed-'));
  for (const [path, text] of Object.entries(files)) write(folder, path, text);
  return folder;
}

/** Alfa also sends blue notices. */
const CHANGED = `${ALFA_EXPORT}${rule(RED.replace('red', 'blue'), 'alfa-export-blue')}`;

/** Writes a release of alfa to a file. */
function releaseOf(more: Readonly<Record<string, string>>): string {
  const path = join(root, 'release.json');
  const files = new Map(Object.entries({ 'export.cedar': CHANGED, 'import.cedar': ALFA_IMPORT, ...more }));
  const name = { federation: 'demo', org: alfa, version: 2, previous: null };
  writeReleaseDraft(path, { ...name, files, approvals: [], loosenings: [] });
  return path;
}

const loosenedBy = ({ stdout }: Ran): readonly string[] =>
  (JSON.parse(stdout) as { loosened: readonly { org: string; kind: string }[] }).loosened.map(
    ({ org, kind }) => `${org} ${kind}`,
  );

describe('policy explain at a hub whose members release their rules', () => {
  test('explains by the adopted rules', async () => {
    const { code, stdout, stderr } = await atHub('explain', draft('red'), '--from', 'alfa', '--to', 'bravo');
    expect([code, stdout], stderr).toEqual([0, expect.stringContaining('alfa-export-red')]);
  });

  test('says of a member without a release that it permits nothing', async () => {
    const { stdout } = await atHub('explain', draft('red'), '--from', 'alfa', '--to', 'charlie');
    expect(stdout).toContain('charlie-import-unreleased: no release of charlie is in force');
  });

  test('explains by rules that a member would release, with the adopted ones of all others', async () => {
    const changed = folderOf({ 'alfa/export.cedar': CHANGED });
    const words = ['explain', draft('blue'), '--from', 'alfa', '--to', 'bravo'];
    expect((await atHub(...words)).stdout).toContain('denied');
    const { stdout } = await atHub(...words, '--policies', changed);
    expect(stdout).toContain('alfa-export-blue');
    expect(stdout).not.toContain('denied');
  });
});

describe('policy diff at a hub whose members release their rules', () => {
  test('compares the rules that a member would release with the adopted ones, whatever names approve them', async () => {
    const changed = folderOf({
      'alfa/export.cedar': CHANGED,
      'alfa/approvals.yaml':
        '- { loosening: 000000000000, approvedBy: [A, B], reason: r, until: 2999-01-01 }',
    });
    const { code, stdout } = await atHub('diff', changed);
    expect([code, stdout]).toEqual([3, expect.stringMatching(/alfa .*blue +alfa → bravo/)]);
    expect(stdout).toContain('approvers sign loosenings in a release');
    expect(stdout).not.toContain('approvals.yaml');
  });

  test('compares the file of a release as the folder that it was made from', async () => {
    const compared = await atHub('diff', releaseOf({}), '--json');
    expect([compared.code, new Set(loosenedBy(compared))]).toEqual([3, new Set(['alfa blue'])]);
  });

  test('refuses a release with a file that no release may have, and writes none', async () => {
    const ran = await atHub('diff', releaseOf({ '../../outside.cedar': OPEN }));
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('a release does not hold') });
  });

  test('takes adopted policies by name and by digest', async () => {
    for (const name of [hexOfDigest(ADOPTED.digest), ADOPTED.digest])
      expect(await atHub('diff', name, 'adopted')).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('no decision and no reason changes'),
      });
  });

  test('compares the files of the federation in the folder of the hub, where none is named', async () => {
    const folder = folderOf({ 'federation/rules.cedar': rule(RED, 'federation-red') });
    const { code, stdout } = await atHub('diff', '--policies', folder, '--json');
    const { tightened } = JSON.parse(stdout) as { tightened: readonly { org: string }[] };
    expect([code, new Set(tightened.map(({ org }) => org))]).toEqual([0, new Set(['federation'])]);
  });

  test.each([
    { what: 'an unknown name', code: 2, words: ['nothing'], says: 'neither a folder of policies' },
    { what: 'a folder without policies', code: 2, words: [scripts], says: 'has no file of policies' },
    { what: 'a change that this disk does not know', code: 1, words: ['adopted~1'], says: '1 change ago' },
    { what: '`--member`', code: 2, words: ['--member', bravo], says: 'names what approvers sign' },
  ])('refuses $what', async ({ code, words, says }) => {
    expect(await atHub('diff', ...words)).toMatchObject({ code, stderr: expect.stringContaining(says) });
  });
});

test('policy check at a hub whose members release their rules checks a folder with the adopted rules', async () => {
  const wrong = { ...FEDERATION, 'alfa/export.cedar': CHANGED.replace('"blue"', '"bleu"') };
  const { code, stdout } = await atHub('check', folderOf(wrong), '--json');
  const { findings } = JSON.parse(stdout) as { findings: readonly { path: string; lint: string }[] };
  expect(code).toBe(2);
  expect(findings).toContainEqual(
    expect.objectContaining({ path: 'alfa/export.cedar', lint: 'unknown-word' }),
  );
  expect(findings.filter(({ lint }) => lint === 'no-rules')).toEqual([]);
});

describe('while a hub whose members release their rules runs without its auditor', () => {
  const AT = new Date('2026-01-02T03:04:05Z');
  const alone = homeAt(join(root, 'alone'));
  const answer = JSON.stringify({ adoption: { adopted: '0'.repeat(64), since: null, refused: null } });
  const router = createServer((_, response) => response.end(answer));
  afterAll(() => router.close());
  beforeAll(async () => {
    await initDemo(alone, { now: AT });
    await new Promise<void>((resolve) => router.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(router.address() as AddressInfo).port}`;
    const gone = 'http://127.0.0.1:9';
    const hub = { nats: 'nats://127.0.0.1:9', monitor: gone, auditor: gone, router: url };
    const run = { pid: process.pid, ...hub, gateways: {}, metrics: {}, processes: {} };
    writeFileSync(alone.run, JSON.stringify({ ...run, settings: { LIAISON_POLICY_SOURCE: 'releases' } }));
  });
  const words = ['policy', 'explain', draft('red'), '--from', 'alfa', '--to', 'bravo'];

  test('policy explain and diff are refused while the disk of the first router has no rules', async () => {
    const refused = { code: 4, stderr: expect.stringContaining('the auditor (`http://127.0.0.1:9`) cannot') };
    for (const line of [words, ['policy', 'diff', ADOPTED.digest, 'adopted']])
      expect(await runLine(line, { home: alone })).toMatchObject(refused);
  });

  test('policy explain and diff read the rules on the disk of the first router, and say so once', async () => {
    mkdirSync(alone.router(1), { recursive: true });
    const kept = { bundle: ADOPTED, directory: facts, at: AT.getTime(), previous: 'p'.repeat(42) + 'A' };
    writeAdopted(alone.router(1, 'policies.adopted'), kept, digest);
    const note = `the rules are those on the disk of the first router (${hexOfDigest(ADOPTED.digest).slice(0, 12)}, adopted ${AT.toISOString()})`;
    const explained = await runLine(words, { home: alone });
    expect([explained.code, explained.stdout]).toEqual([0, expect.stringContaining('alfa-export-red')]);
    const compared = await runLine(['policy', 'diff', ADOPTED.digest, 'adopted'], { home: alone });
    expect(compared.code).toBe(0);
    for (const { stderr } of [explained, compared]) expect(stderr.split(note)).toHaveLength(2);
    const earlier = await runLine(['policy', 'diff', 'adopted~1', 'adopted'], { home: alone });
    expect(earlier).toMatchObject({ code: 4, stderr: expect.stringContaining('cannot be reached') });
  });
});

test('before anything is adopted at a hub whose members release their rules, policy explain says so, and explains by a whole folder that is named', async () => {
  const empty = homeAt(join(root, 'empty'));
  await initDemo(empty, { now: new Date() });
  const words = ['policy', 'explain', draft('red'), '--from', 'alfa', '--to', 'bravo'];
  const atEmpty = { home: empty, env: { LIAISON_POLICY_SOURCE: 'releases' } };
  const whole = folderOf({
    ...FEDERATION,
    ...Object.fromEntries(ADOPTED.files),
    'charlie/import.cedar': ALFA_IMPORT.replace('alfa', 'charlie'),
    'charlie/export.cedar': ALFA_EXPORT.replace('alfa', 'charlie'),
  });
  expect(await runLine([...words, '--policies', whole], atEmpty)).toMatchObject({ code: 0 });
  expect(await runLine(words, atEmpty)).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('adopted no policies yet'),
  });
});
