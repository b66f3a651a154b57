import { renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { fail, type LiaisonError } from '../../../../services/shared/kernel/errors.js';
import { parseOrgId } from '../../../../services/shared/kernel/ids.js';
import type { OrganisationFacts } from '../../../../services/shared/policy/facts.js';
import type { Policy } from '../../../../services/shared/policy/plan.js';
import { loadPolicies } from '../../../../services/shared/policy/policies.js';
import { type LoadFolder, watchPolicies } from '../../../../services/shared/policy/load/watch.js';
import { digest } from '../../../../services/shared/trust/digest.js';
import { until } from '../../../support/until.js';
import { attributes, bravo, charlie, facts, folderWith, rule, write } from '../folder.js';

const loadHere: LoadFolder = async (folder, directory) => ({
  sets: loadPolicies(folder, directory, digest),
  isFolder: true,
});

function watched(folder: string, load = loadHere) {
  const alarms: LiaisonError[] = [];
  const policies: Policy[] = [];
  const holder = watchPolicies(folder, {
    directory: facts,
    load,
    onChange: (policy) => policies.push(policy),
    onAlarm: (error) => alarms.push(error),
    onError: () => undefined,
  });
  onTestFinished(() => holder.close());
  const outcome = () =>
    holder.current()?.decide({ attributes, sections: [], recipients: [bravo] })[0]?.outcome;
  return { holder, alarms, policies, outcome };
}

/** A loader whose loads end when the test ends them, in order. */
function heldBack() {
  const waiting: (() => void)[] = [];
  const load: LoadFolder = async (folder, directory) => {
    const read = await loadHere(folder, directory).catch((error: unknown) => error as LiaisonError);
    await new Promise<void>((resolve) => waiting.push(resolve));
    if (read instanceof Error) throw read;
    return read;
  };
  const release = async (): Promise<void> => {
    await until('a load to begin', () => waiting.length > 0);
    waiting.shift()?.();
  };
  return { load, release, waiting };
}

const CLOSED = rule('forbid (principal, action, resource);', 'closed');
const OPEN = rule('permit (principal, action, resource);', 'open');

afterEach(() => void vi.useRealTimers());

test('policy watch: each adoption reports the changed sets, and an unchanged folder reports nothing', async () => {
  const folder = folderWith();
  const adoptions: (readonly string[])[] = [];
  const holder = watchPolicies(folder, {
    directory: facts,
    load: loadHere,
    onAdopt: (changed) => adoptions.push(changed),
    onAlarm: () => undefined,
    onError: () => undefined,
  });
  onTestFinished(() => holder.close());
  await holder.reload();
  write(folder, 'alfa/export.cedar', CLOSED);
  await holder.reload();
  await holder.reload();
  write(folder, 'alfa/export.cedar', 'permit (');
  await holder.reload();
  expect(adoptions.slice(1)).toEqual([['alfa/export']]);
  expect(adoptions[0]).toContain('bravo/import');
});

test('policy watch: a changed file becomes active', async () => {
  const folder = folderWith();
  const { holder, outcome, policies, alarms } = watched(folder);
  await holder.reload();
  expect(outcome()).toBe('delivered');
  write(folder, 'alfa/export.cedar', CLOSED);
  await until('the outcome denied', () => outcome() === 'denied');
  write(folder, 'alfa/export.cedar', OPEN);
  await until('the outcome delivered', () => outcome() === 'delivered');
  expect(new Set(policies.map(({ generation }) => generation)).size).toBe(policies.length);
  expect(alarms).toEqual([]);
});

test('policy watch: a broken folder leaves the old policies active and raises an alarm', async () => {
  const folder = folderWith();
  const { holder, outcome, alarms } = watched(folder);
  await holder.reload();
  const before = holder.current();
  write(folder, 'alfa/export.cedar', `${CLOSED}permit (`);
  expect(await holder.reload()).toBe(false);
  expect(holder.current()).toBe(before);
  expect(outcome()).toBe('delivered');
  expect(alarms[0]?.code).toBe('policy-invalid');
  rmSync(join(folder, 'federation'), { recursive: true });
  write(folder, 'alfa/export.cedar', CLOSED);
  expect(await holder.reload()).toBe(false);
  expect(alarms.at(-1)?.code).toBe('policy-missing');
  expect(holder.current()).toBe(before);
});

test('policy watch: a folder that never loaded has no policy, and becomes active once it is fixed', async () => {
  const folder = folderWith({ 'bravo/import.cedar': '' });
  const { holder, alarms, outcome } = watched(folder);
  expect(await holder.reload()).toBe(false);
  expect(holder.current()).toBeUndefined();
  expect(new Set(alarms.map(({ code }) => code))).toEqual(new Set(['policy-missing']));
  write(folder, 'bravo/import.cedar', OPEN);
  expect(await holder.reload()).toBe(true);
  expect(outcome()).toBe('delivered');
});

test('policy watch: unchanged text keeps the same snapshot', async () => {
  const { holder, policies } = watched(folderWith());
  expect(await holder.reload()).toBe(true);
  expect(await holder.reload()).toBe(true);
  expect(policies).toHaveLength(1);
});

test('policy watch: a new directory makes a new snapshot, with its facts and names', async () => {
  const folder = folderWith({
    'alfa/export.cedar': rule(
      'permit (principal, action, resource) when { principal.agreements.contains(OrgId::"alfa") || principal.id == OrgId::"charlie" };',
    ),
  });
  const { holder, outcome, alarms } = watched(folder);
  await holder.reload();
  expect(outcome()).toBe('delivered');
  const old = holder.current();
  const organisations = new Map(facts.organisations);
  organisations.set(bravo, { id: bravo, groups: [], accreditedFor: [], agreements: [] });
  holder.setDirectory({ organisations });
  expect(await holder.reload()).toBe(true);
  expect(outcome()).toBe('denied');
  // A frame under way keeps the snapshot that it began with.
  expect(old?.decide({ attributes, sections: [], recipients: [bravo] })[0]?.outcome).toBe('delivered');
  organisations.delete(charlie);
  holder.setDirectory({ organisations: new Map(organisations) });
  expect(await holder.reload()).toBe(false);
  expect(alarms.at(-1)?.code).toBe('policy-invalid');
});

test('policy watch: changed facts of members take effect without reading the folder again', async () => {
  const { load, release } = heldBack();
  const agreed = rule(
    'permit (principal, action, resource) when { principal.agreements.contains(OrgId::"alfa") };',
  );
  const { holder, outcome, policies } = watched(folderWith({ 'alfa/export.cedar': agreed }), load);
  await release();
  await until('the outcome delivered', () => outcome() === 'delivered');
  const organisations = new Map(facts.organisations);
  organisations.set(bravo, { ...(facts.organisations.get(bravo) as OrganisationFacts), agreements: [] });
  holder.setDirectory({ organisations });
  expect(outcome()).toBe('denied');
  expect(policies).toHaveLength(2);
});

test('policy watch: changed facts take effect even while the folder does not load for a new member', async () => {
  const agreed = rule(
    'permit (principal, action, resource) when { principal.agreements.contains(OrgId::"alfa") };',
  );
  const { holder, outcome, alarms } = watched(folderWith({ 'alfa/export.cedar': agreed }));
  await holder.reload();
  expect(outcome()).toBe('delivered');
  const organisations = new Map(facts.organisations);
  const delta = parseOrgId('delta');
  organisations.set(delta, { id: delta, groups: ['unheard-of'], accreditedFor: [], agreements: ['alfa'] });
  holder.setDirectory({ organisations });
  // The folder has no sets for the new member.
  expect(await holder.reload()).toBe(false);
  expect(outcome()).toBe('delivered');
  const stranger = { ...(facts.organisations.get(bravo) as OrganisationFacts), agreements: [] };
  holder.setDirectory({ organisations: new Map(organisations).set(bravo, stranger) });
  expect(outcome()).toBe('denied');
  expect(holder.current()?.decide({ attributes, sections: [], recipients: [delta] })).toEqual([]);
  expect(alarms.at(-1)?.code).toBe('policy-missing');
});

test('policy watch: loads run one at a time; changes during a load cause one more, and the newest wins', async () => {
  const { load, release, waiting } = heldBack();
  const folder = folderWith();
  const { holder, outcome, policies } = watched(folder, load);
  await until('a load to begin', () => waiting.length === 1);
  write(folder, 'alfa/export.cedar', CLOSED);
  const [second, third] = [holder.reload(), holder.reload()];
  expect(second).toBe(third);
  await release();
  await release();
  expect(await second).toBe(true);
  expect(outcome()).toBe('denied');
  // The first load may have read one file before the edit and another after it.
  expect(policies).toHaveLength(1);
});

test('policy watch: a folder that changes during a load is loaded again, without effect and without alarm', async () => {
  const { load, release, waiting } = heldBack();
  const folder = folderWith({ 'alfa/export.cedar': 'permit (' });
  const { outcome, alarms } = watched(folder, load);
  await until('a load to begin', () => waiting.length === 1);
  write(folder, 'alfa/export.cedar', CLOSED);
  await release();
  await release();
  await until('the outcome denied', () => outcome() === 'denied');
  expect(alarms).toEqual([]);
});

test('policy watch: a link set to another folder is adopted as a whole, and so is the next edit there', async () => {
  const [folder, first] = [`${folderWith()}.link`, folderWith()];
  const second = folderWith({ 'alfa/export.cedar': CLOSED });
  symlinkSync(first, folder);
  onTestFinished(() => rmSync(folder));
  const { holder, outcome, alarms } = watched(folder);
  await holder.reload();
  expect(outcome()).toBe('delivered');
  symlinkSync(second, `${folder}.next`);
  renameSync(`${folder}.next`, folder);
  await until('the outcome denied', () => outcome() === 'denied');
  write(second, 'alfa/export.cedar', OPEN);
  await until('the outcome delivered', () => outcome() === 'delivered');
  expect(alarms).toEqual([]);
});

test('policy watch: the fault of the folder is reported until it is fixed', async () => {
  const folder = folderWith();
  const { holder } = watched(folder);
  await holder.reload();
  expect(holder.fault()).toBeUndefined();
  write(folder, 'alfa/export.cedar', 'permit (');
  await holder.reload();
  expect(holder.fault()?.code).toBe('policy-invalid');
  write(folder, 'alfa/export.cedar', OPEN);
  await holder.reload();
  expect(holder.fault()).toBeUndefined();
});

test('policy watch: a load for the members of an older directory is dropped', async () => {
  const { load, release, waiting } = heldBack();
  const { holder, policies, alarms } = watched(folderWith(), load);
  const organisations = new Map(facts.organisations);
  organisations.delete(charlie);
  await until('a load to begin', () => waiting.length === 1);
  holder.setDirectory({ organisations });
  await release();
  await release();
  await until('the policies', () => holder.current());
  expect(policies).toHaveLength(1);
  expect(Object.keys(policies[0]?.digests ?? {})).not.toContain('charlie/import');
  expect(alarms).toEqual([]);
});

test('policy watch: a load that was judged with other facts is dropped, also when no name changed', async () => {
  const { load, release, waiting } = heldBack();
  const { holder, policies } = watched(folderWith(), load);
  await until('a load to begin', () => waiting.length === 1);
  const organisations = new Map(facts.organisations);
  const accredited = ['basic', 'confidential'];
  organisations.set(bravo, {
    ...(facts.organisations.get(bravo) as OrganisationFacts),
    accreditedFor: accredited,
  });
  holder.setDirectory({ organisations });
  await release();
  await until('a load to begin', () => waiting.length === 1);
  expect(policies).toEqual([]);
  await release();
  await until('the policies', () => policies.length === 1);
});

test('policy watch: a loader that died is retried', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const folder = folderWith();
  let deaths = 0;
  const { outcome, alarms } = watched(folder, async (from, directory) => {
    if (deaths++ === 0) throw fail('policy-missing', 'it died');
    return loadHere(from, directory);
  });
  await vi.advanceTimersByTimeAsync(1);
  expect(alarms.map(({ message }) => message)).toEqual(['it died']);
  expect(outcome()).toBeUndefined();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(outcome()).toBe('delivered');
});

test('policy watch: the longer a loader ran before it died, the later it is retried, unless the folder changes', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const folder = folderWith();
  let deaths = 0;
  const { holder } = watched(folder, async () => {
    deaths += 1;
    await new Promise((resolve) => setTimeout(resolve, 60_000));
    throw fail('policy-missing', 'it was killed');
  });
  await vi.advanceTimersByTimeAsync(61_000);
  await vi.advanceTimersByTimeAsync(200_000);
  expect(deaths).toBe(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(deaths).toBe(2);
  await vi.advanceTimersByTimeAsync(61_000);
  void holder.reload();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(deaths).toBe(3);
});

test('policy watch: a rule that only Cedar can evaluate is decided by Cedar', async () => {
  const text = rule(
    'forbid (principal, action, resource) when { [principal.id].contains(OrgId::"bravo") };',
    'left',
  );
  const { holder, outcome, policies } = watched(folderWith({ 'alfa/export.cedar': OPEN + text }));
  expect(await holder.reload()).toBe(true);
  const [policy] = policies;
  const decide = (recipient: typeof bravo) =>
    policy?.decide({ attributes, sections: [], recipients: [recipient] })[0];
  expect(outcome()).toBe('denied');
  expect(decide(bravo)?.rules.map(({ id }) => id)).toEqual(['left']);
  expect(decide(charlie)?.outcome).toBe('delivered');
});
