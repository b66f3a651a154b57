import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHub } from '../../../services/cli/hub/prepare-hub.js';
import { readFederation, signHomeDirectory } from '../../../services/cli/init/home-directory.js';
import { newEntry } from '../../../services/cli/init/key-entry.js';
import { createSite } from '../../../services/cli/org/create-site.js';
import type { JoinRequest } from '../../../services/cli/org/join-request.js';
import { readAdmittedSite } from '../../../services/cli/org/site-files.js';
import { signWelcome } from '../../../services/cli/org/welcome.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { type Home, homeAt } from '../../../services/shared/runtime/home.js';
import { shippedPolicies } from '../../../services/shared/runtime/root.js';
import { readSigner } from '../../../services/shared/trust/keys.js';
import { readAnchor } from '../../../services/shared/trust/read-directory.js';
import { type Ran, runLine } from '../policy/run-line.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'liaison-site-backup-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const path = (name: string): string => join(folder, name);
const home = (name: string): Home => homeAt(path(name));
const now = new Date();
const EUROPOL = parseOrgId('europol');

async function run(name: string, ...words: readonly string[]): Promise<Ran> {
  const ran = await runLine(words, { home: home(name) });
  expect(ran.code, ran.stderr).toBe(0);
  return ran;
}

const { federation, organisations } = readFederation();

/** Makes the home of a site, with its request. */
const makeSite = (name: string): Promise<JoinRequest> =>
  createSite(home(name), { id: EUROPOL, name: 'Europol', federation, hub: 'nats://127.0.0.1:4222', now });

/** Makes the home of a hub, which admits the site, and writes `welcome.json`. */
async function hubAdmits(request: JoinRequest): Promise<void> {
  await createHub(home('hub'), {
    members: 2,
    routers: 1,
    operator: 'A. Example',
    policies: shippedPolicies,
    force: false,
    now,
    say: () => undefined,
  });
  const directory = await signHomeDirectory(home('hub'), {
    facts: { federation, organisations: { europol: organisations['europol']! } },
    now,
    joined: { org: EUROPOL, contract: request.contract, joinRequest: request.digest },
    added: request.keys.map((key) => newEntry(key, { notBefore: now })),
  });
  const root = readAnchor(home('hub'));
  const signer = await readSigner(home('hub').rootKey);
  writeFileSync(path('welcome.json'), await signWelcome({ request, directory, root, now }, signer));
}

const accept = (): Promise<Ran> => run('site', 'org', 'accept', path('welcome.json'), '--yes');

test('the restored backup of a site has its request and welcome, and `restore` names the verb that starts a home', async () => {
  await hubAdmits(await makeSite('site'));
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
  await hubAdmits(await makeSite('site'));
  await makeSite('other');
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
