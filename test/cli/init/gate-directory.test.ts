import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { signHomeDirectory } from '../../../services/cli/init/home-directory.js';
import { initDemo } from '../../../services/cli/init/init-demo.js';
import { exitCodeOf } from '../../../services/cli/terminal/exit-codes.js';
import { errorFrom, type LiaisonError } from '../../../services/shared/kernel/errors.js';
import { writeAdopted } from '../../../services/shared/policy/adopted/adopted-file.js';
import { readBundle, readBundleWithFacts } from '../../../services/shared/policy/adopted/bundle.js';
import { MEMBERS_FILE } from '../../../services/shared/policy/federation-files.js';
import { type Home, homeAt } from '../../../services/shared/runtime/home.js';
import { digest } from '../../../services/shared/trust/digest.js';
import type { FederationFacts } from '../../../services/shared/trust/directory-source.js';
import { facts, folderWith, rule, write } from '../../shared/policy/folder.js';
import { MEMBERS } from '../../shared/workbench/check/lint.js';

const now = new Date();
const RULES = rule(
  'permit (principal, action, resource) when { principal.agreements.contains(resource.originator) };',
  'charlie-import-agreement',
);

/** The members of the test folder; charlie's facts as given. */
function federation(charlie: Partial<FederationFacts['organisations'][string]> = {}): FederationFacts {
  const entries = Array.from(facts.organisations.values(), ({ id, ...own }) => [
    id,
    { name: id, seat: 'Here', quotas: { perMinute: 600 }, ...own, ...(id === 'charlie' ? charlie : {}) },
  ]);
  return { federation: 'demo', organisations: Object.fromEntries(entries) };
}

const OPENED = federation({ agreements: ['alfa'] });

let home: Home;
let folder: string;
beforeEach(async () => {
  home = homeAt(mkdtempSync(join(tmpdir(), 'liaison-')));
  onTestFinished(() => rmSync(home.root, { recursive: true, force: true }));
  folder = folderWith({ 'charlie/import.cedar': RULES });
  await initDemo(home, { now, facts: federation() });
});

function adopt(router = 1, read = readBundle): void {
  const bundle = read(folder, [...facts.organisations.keys()], digest);
  const adopted = { bundle, directory: facts, at: now.getTime(), previous: null };
  mkdirSync(home.router(router), { recursive: true });
  writeAdopted(home.router(router, 'policies.adopted'), adopted, digest);
}

const sign = (next?: FederationFacts) =>
  signHomeDirectory(home, { now, policies: folder, ...(next === undefined ? {} : { facts: next }) });

async function refusal(): Promise<LiaisonError> {
  const refused = await sign(OPENED).catch((thrown: unknown) => errorFrom(thrown));
  if ('frame' in refused) throw new Error('the directory was signed');
  return refused;
}

describe('the next version of the directory', () => {
  test('a directory that opens a route is not signed without approval: each loosening is named, and the exit code is 3', async () => {
    adopt();
    const error = await refusal();
    expect([error.code, exitCodeOf(error)]).toEqual(['loosening-unapproved', 3]);
    expect(error.details.length).toBeGreaterThan(0);
    for (const { path, message } of error.details)
      expect(`${path}: ${message}`).toMatch(
        /^charlie\/approvals\.yaml: .* without approval of `[0-9a-f]{12}`$/,
      );
    await expect(sign()).resolves.toMatchObject({ version: 2 });
  });

  test('a directory that opens a route is signed once two people approved each loosening', async () => {
    adopt();
    const ids = (await refusal()).details.map(({ message }) => /`([0-9a-f]{12})`$/.exec(message)?.[1]);
    const lines = ids.map(
      (id) => `- { loosening: "${id}", approvedBy: [A, B], reason: a test, until: 2999-01-01 }`,
    );
    write(folder, 'charlie/approvals.yaml', lines.join('\n'));
    const { organisations } = await sign(OPENED);
    expect([...organisations.values()].find(({ id }) => id === 'charlie')?.agreements).toEqual(['alfa']);
  });

  test('a directory is signed without approval where the adopted policies have facts of their own', async () => {
    write(folder, MEMBERS_FILE, MEMBERS);
    adopt(1, readBundleWithFacts);
    await expect(sign(OPENED)).resolves.toMatchObject({ version: 2 });
  });

  test('a directory that only takes away, or changes a name, is signed without approval', async () => {
    adopt();
    await expect(sign(federation({ name: 'another name' }))).resolves.toMatchObject({ version: 2 });
    await expect(sign(federation({ groups: [] }))).resolves.toMatchObject({ version: 3 });
  });

  test('a directory is judged by what the second router adopted, also when the first has no adopted policies', async () => {
    adopt(2);
    expect((await refusal()).code).toBe('loosening-unapproved');
  });

  test('while no policies are adopted, a directory is signed whatever its facts open', async () => {
    await expect(sign(OPENED)).resolves.toMatchObject({ version: 2 });
  });
});
