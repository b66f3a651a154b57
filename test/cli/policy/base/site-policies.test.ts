import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSite } from '../../../../services/cli/org/create-site.js';
import { homeAt } from '../../../../services/shared/runtime/home.js';
import { projectRoot } from '../../../../services/shared/runtime/root.js';
import { schemaText } from '../../../policies/sample.js';
import { alfa, rule, write } from '../../../shared/policy/folder.js';
import { DIRECTORY } from '../../../shared/workbench/check/lint.js';
import { type Ran, runLine } from '../run-line.js';

const root = mkdtempSync(join(tmpdir(), 'liaison-site-'));
const home = homeAt(join(root, 'home'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
beforeAll(() =>
  createSite(home, {
    id: alfa,
    name: 'Alfa',
    federation: 'demo',
    hub: 'nats://127.0.0.1:9',
    now: new Date(),
  }),
);

const launcher = join(projectRoot, 'scripts', 'liaison');
const RED = 'permit (principal, action, resource) when { resource.kind == Kind::"red" };';
const OWN = rule(RED, 'alfa-red');

function folderOf(name: string, files: Readonly<Record<string, string>>): string {
  const folder = join(root, name);
  for (const [path, text] of Object.entries(files)) write(folder, path, text);
  return folder;
}

const memberText = (org: string): string =>
  `  ${org}: { name: ${org}, seat: here, groups: [], accreditedFor: [], agreements: [] }\n`;

/** The files of the federation, in which nothing is open beside what members open. */
const federation = folderOf('federation', {
  'federation/members.yaml': `members:\n${['alfa', 'bravo'].map(memberText).join('')}`,
  'federation/directory.yaml': DIRECTORY,
  'schema.cedarschema': schemaText(),
  'federation/rules.cedar': rule('permit (principal, action, resource);', 'federation-base'),
});
/** The rules of the site, in a folder of their own. */
const rules = folderOf('rules', {
  'export.cedar': OWN,
  'import.cedar': rule(RED, 'alfa-in-red'),
});

const atSite = (...words: readonly string[]): Promise<Ran> =>
  runLine(['policy', ...words, '--policies', federation], { home });

describe('verbs of policy at a site', () => {
  test('policy diff names what the own rules open, as if every other member permitted everything', async () => {
    const { code, stdout, stderr } = await atSite('diff', rules, '--json');
    const { loosened } = JSON.parse(stdout) as {
      loosened: readonly { org: string; layer: string; routes: readonly { from: string; to: string }[] }[];
    };
    expect([code, new Set(loosened.map(({ org }) => org))]).toEqual([3, new Set(['alfa'])]);
    const given = loosened.filter(({ layer }) => layer === 'export').flatMap(({ routes }) => routes);
    expect(new Set(given.map(({ from, to }) => `${from} → ${to}`))).toEqual(new Set(['alfa → bravo']));
    expect(stderr).toContain('`notice preview` asks the hub');
  });

  test('policy diff prints commands that explain the changed rules, and run as pasted', () => {
    const outside = { cwd: root, encoding: 'utf8', env: { ...process.env, LIAISON_POLICIES: '' } } as const;
    const words = ['policy', 'diff', rules, '--policies', federation, '--home', home.root];
    const { stdout, stderr } = spawnSync(launcher, words, outside);
    const commands = /to explain the simplest case of each:\n([\s\S]*?)\n\n/.exec(stdout)?.[1] ?? '';
    expect(commands, stderr + stdout).toMatch(/^echo /);
    const pasted = spawnSync('sh', ['-ec', commands], outside);
    expect([pasted.status, pasted.stderr]).toEqual([0, expect.stringContaining('count as open')]);
    expect(pasted.stdout).toMatch(/alfa → bravo +delivered/);
    expect(pasted.stdout).toMatch(/✓ export +alfa-red/);
  });

  test('policy explain says of the rules of another member that they are not here', async () => {
    const red = join(projectRoot, 'proto/examples/red.json');
    const { stdout } = await atSite('explain', red, '--from', 'alfa', '--to', 'bravo');
    expect(stdout).toContain('bravo-import-not-here: the rules of bravo are not at this site');
  });

  test('policy check reports findings in the own files alone', async () => {
    const wrong = folderOf('wrong', {
      'export.cedar': OWN.replace('"red"', '"rde"'),
      'import.cedar': rule(RED, 'alfa-in-red'),
    });
    const { code, stdout } = await atSite('check', wrong, '--json');
    const { findings } = JSON.parse(stdout) as { findings: readonly { path: string }[] };
    expect([code, new Set(findings.map(({ path }) => path))]).toEqual([2, new Set(['alfa/export.cedar'])]);
  });

  test.each([
    ['map', [], '`notice preview` asks the hub about a draft'],
    ['ask', ['receive'], '`notice preview` asks the hub about a draft'],
    ['prove', [], 'a router proves them when `policy release` sends yours'],
  ])('policy %s says what to do instead', async (verb, words, says) => {
    expect(await atSite(verb, ...words)).toMatchObject({ code: 2, stderr: expect.stringContaining(says) });
  });

  test.each([
    ['a folder without facts about the organisation of the site', rules, 'has no facts about `alfa`'],
    ['a folder that does not exist', join(root, 'none'), 'is not a folder of policies'],
  ])('%s is refused', async (_, policies, says) => {
    const ran = await runLine(['policy', 'diff', rules, '--policies', policies], { home });
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining(says) });
  });
});
