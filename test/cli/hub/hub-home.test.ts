import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { policiesIn, withPoliciesOf } from '../../../services/cli/home/policies-folder.js';
import { rememberPolicies, withHomeDefaults } from '../../../services/cli/home/home-defaults.js';
import { hubFacts } from '../../../services/cli/hub/prepare-hub.js';
import { readFederation, readHomeDirectory } from '../../../services/cli/init/home-directory.js';
import { budgetOf } from '../../../services/shared/bus/account-limits.js';
import { ONE_MACHINE } from '../../../services/shared/bus/streams.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { type Home, homeAt } from '../../../services/shared/runtime/home.js';
import { shippedPolicies } from '../../../services/shared/runtime/root.js';
import type { Directory } from '../../../services/shared/trust/directory.js';
import { describeHome } from '../../../services/shared/trust/home-contract.js';
import { type Ran, runLine } from '../policy/run-line.js';

const folder = mkdtempSync(join(tmpdir(), 'liaison-hub-'));
const hub = homeAt(join(folder, 'hub'));
const run = (home: Home, ...words: readonly string[]): Promise<Ran> => runLine(words, { home });
beforeAll(async () => {
  expect((await run(hub, 'init', 'hub', '--members', '64')).code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the home of a hub', () => {
  test('names its kind, and has no member and no key of a member', async () => {
    expect(describeHome(hub)).toEqual({ kind: 'hub', members: 64, policySource: 'releases' });
    expect((await readHomeDirectory(hub))?.organisations.size).toBe(0);
    expect(existsSync(join(hub.root, 'orgs'))).toBe(false);
  });

  test('takes the rules of its members from their releases, unless the environment says otherwise', () => {
    expect(withHomeDefaults(hub, {})).toEqual({ LIAISON_POLICY_SOURCE: 'releases' });
    const given = { LIAISON_POLICY_SOURCE: 'folder' };
    expect(withHomeDefaults(hub, given)).toBe(given);
    expect(withHomeDefaults(homeAt(join(folder, 'none')), {})).toEqual({});
  });

  test('remembers the folder of policies that was named last, which the environment and the command line replace', async () => {
    const other = homeAt(join(folder, 'remembers'));
    const [first, second] = ['first', 'second'].map((name) => join(folder, name)) as [string, string];
    cpSync(shippedPolicies, first, { recursive: true });
    await run(other, 'init', 'hub', '--members', '4', '--policies', first);
    const home = JSON.parse(readFileSync(other.contract, 'utf8')) as object;
    expect(withHomeDefaults(other, {})).toMatchObject({ LIAISON_POLICIES: first });
    rememberPolicies(other, second);
    expect(JSON.parse(readFileSync(other.contract, 'utf8'))).toEqual({ ...home, policies: second });
    const env = withHomeDefaults(other, {});
    expect(policiesIn(env, other)).toBe(second);
    expect(policiesIn(withHomeDefaults(other, { LIAISON_POLICIES: first }), other)).toBe(first);
    const byDefault = { policies: shippedPolicies };
    expect(withPoliciesOf(env, byDefault)).toEqual({ policies: second });
    const named = { policies: first, policiesGiven: true };
    expect(withPoliciesOf(env, named)).toBe(named);
    expect(withPoliciesOf({}, byDefault)).toBe(byDefault);
    expect(withPoliciesOf(env, {})).toEqual({});
  });

  test('its broker has room for the streams of 64 members, and a file for each account', () => {
    const conf = readFileSync(hub.nats('nats.conf'), 'utf8');
    const orgs = Array.from({ length: 64 }, (_, index) => parseOrgId(`org-${index}`));
    const size = { ...ONE_MACHINE, orgs };
    const bytes = (kind: 'core' | 'command' | 'organisation'): number => budgetOf(kind, size).maxFile;
    const total = bytes('core') + bytes('command') + 64 * bytes('organisation');
    expect(conf).toContain(`max_file_store: ${total}\n`);
    expect(readdirSync(hub.nats('accounts')).toSorted()).toEqual(
      ['COMMAND.conf', 'CORE.conf', 'SYS.conf', 'WATCH.conf'].toSorted(),
    );
    for (const account of ['CORE', 'WATCH', 'COMMAND', 'SYS'])
      expect(conf).toContain(`include "accounts/${account}.conf"`);
    expect(readFileSync(hub.nats('accounts', 'CORE.conf'), 'utf8')).toContain(`max_file: ${bytes('core')}`);
  });

  test('is not started or deleted by the verbs of a demonstration', async () => {
    const root = readFileSync(hub.rootKey);
    for (const words of [['up'], ['up', '--fresh'], ['init', '--demo', '--force']])
      expect((await run(hub, ...words)).stderr).toContain('is the home of a hub');
    expect((await run(hub, 'init', 'hub')).stderr).toContain('already initialised');
    expect(readFileSync(hub.rootKey).equals(root)).toBe(true);
  });

  test('is started and created by the commands that its messages name', async () => {
    expect((await run(hub, 'doctor')).stdout).toContain('liaison hub start');
    expect((await run(hub, 'init', 'hub')).stderr).toContain('liaison init hub --force');
    const [copy, restored] = [join(folder, 'backup'), homeAt(join(folder, 'restored'))];
    await run(hub, 'backup', copy);
    expect((await run(restored, 'restore', copy)).stderr).toContain('liaison hub start');
  });

  test('keeps the contact that a member gave when it joined, where its folder of policies has none', () => {
    const { federation, organisations } = readFederation();
    const { europol } = organisations;
    const listed = { ...europol, id: 'europol', contact: 'duty officer', keys: [] };
    const before = { federation, organisations: new Map([['europol', listed]]) } as unknown as Directory;
    expect(hubFacts(before, shippedPolicies).organisations).toEqual({
      europol: { ...europol, contact: 'duty officer' },
    });
  });

  test('the home of a demonstration is not started as a hub', async () => {
    const demo = homeAt(join(folder, 'demo'));
    expect((await run(demo, 'init', '--demo')).code).toBe(0);
    expect(describeHome(demo)).toEqual({ kind: 'demo' });
    for (const words of [
      ['hub', 'start'],
      ['init', 'hub', '--force'],
    ])
      expect((await run(demo, ...words)).stderr).toContain('is the home of a demonstration');
  });

  test('a folder without a home is not started as a hub or a site', async () => {
    const none = homeAt(join(folder, 'none'));
    expect((await run(none, 'hub', 'start')).stderr).toContain('init hub');
    expect((await run(none, 'site', 'start')).stderr).toContain('org join');
  });
});
