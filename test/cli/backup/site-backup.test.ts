import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readAdmittedSite } from '../../../services/cli/org/site-files.js';
import { type Home, homeAt } from '../../../services/shared/runtime/home.js';
import { EUROPOL, hubAdmits, makeSite } from '../org/admit-site.js';
import { type Ran, runLine } from '../policy/run-line.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'liaison-site-backup-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const path = (name: string): string => join(folder, name);
const home = (name: string): Home => homeAt(path(name));

async function run(name: string, ...words: readonly string[]): Promise<Ran> {
  const ran = await runLine(words, { home: home(name) });
  expect(ran.code, ran.stderr).toBe(0);
  return ran;
}
const admit = async (): Promise<void> =>
  hubAdmits(home('hub'), await makeSite(home('site')), path('welcome.json'));
const accept = (): Promise<Ran> => run('site', 'org', 'accept', path('welcome.json'), '--yes');

test('the restored backup of a site has its request and welcome, and `restore` names the verb that starts a home', async () => {
  await admit();
  await accept();
  for (const [name, start] of [
    ['site', 'site start'],
    ['hub', 'hub start'],
  ] as const) {
    await run(name, 'backup', path(`backup-${name}`));
    const { stderr } = await run(`new-${name}`, 'restore', path(`backup-${name}`));
    expect(stderr).toMatch(new RegExp(`: start it with \\S+ ${start}`));
  }
  const { request, welcome } = await readAdmittedSite(home('new-site'));
  expect([request.id, welcome.directory.version]).toEqual([EUROPOL, 2]);
});

test('the backup of a site is brought up to date before and after `org accept`, and never by another site', async () => {
  await admit();
  await makeSite(home('other'));
  const refused = async (): Promise<void> => {
    const { code, stderr } = await runLine(['backup', path('backup')], { home: home('other') });
    expect([code, stderr]).toEqual([2, expect.stringContaining('is a backup of another home')]);
  };
  await run('site', 'backup', path('backup'));
  await run('site', 'backup', path('backup'));
  await refused();
  await accept();
  await run('site', 'backup', path('backup'));
  await refused();
  await run('restored', 'restore', path('backup'));
  expect((await readAdmittedSite(home('restored'))).request.id).toBe(EUROPOL);
});
