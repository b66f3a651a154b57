import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { LiaisonError } from '../../../services/shared/kernel/errors.js';
import type { Policy } from '../../../services/shared/policy/plan.js';
import { watchPolicies } from '../../../services/shared/policy/watch.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { attributes, bravo, charlie, facts, folderWith, rule, write } from './folder.js';

function watched(folder: string) {
  const alarms: LiaisonError[] = [];
  const policies: Policy[] = [];
  const holder = watchPolicies(folder, {
    directory: facts,
    digest,
    onChange: (policy) => policies.push(policy),
    onAlarm: (error) => alarms.push(error),
    onError: () => undefined,
  });
  onTestFinished(() => holder.close());
  const outcome = () =>
    holder.current()?.decide({ attributes, sections: [], recipients: [bravo] })[0]?.outcome;
  return { holder, alarms, policies, outcome };
}

const CLOSED = rule('forbid (principal, action, resource);', 'closed');
const OPEN = rule('permit (principal, action, resource);', 'open');

test('a changed file becomes active by itself', async () => {
  const folder = folderWith();
  const { outcome, policies, alarms } = watched(folder);
  expect(outcome()).toBe('delivered');
  write(folder, 'alfa/export.cedar', CLOSED);
  await vi.waitFor(() => expect(outcome()).toBe('denied'), { timeout: 10_000 });
  write(folder, 'alfa/export.cedar', OPEN);
  await vi.waitFor(() => expect(outcome()).toBe('delivered'), { timeout: 10_000 });
  expect(new Set(policies.map(({ generation }) => generation)).size).toBe(policies.length);
  expect(alarms).toEqual([]);
});

test('a broken folder keeps what was active and raises an alarm', () => {
  const folder = folderWith();
  const { holder, outcome, alarms } = watched(folder);
  const before = holder.current();
  write(folder, 'alfa/export.cedar', `${CLOSED}permit (`);
  expect(holder.reload()).toBe(false);
  expect(holder.current()).toBe(before);
  expect(outcome()).toBe('delivered');
  expect(alarms[0]?.code).toBe('policy-invalid');
  rmSync(join(folder, 'federation'), { recursive: true });
  write(folder, 'alfa/export.cedar', CLOSED);
  expect(holder.reload()).toBe(false);
  expect(alarms.at(-1)?.code).toBe('policy-missing');
  expect(holder.current()).toBe(before);
});

test('a folder that never loaded has no policy, so that nothing is pulled; it becomes active when mended', () => {
  const folder = folderWith({ 'bravo/import.cedar': '' });
  const { holder, alarms, outcome } = watched(folder);
  expect(holder.current()).toBeUndefined();
  expect(alarms.map(({ code }) => code)).toEqual(['policy-missing']);
  write(folder, 'bravo/import.cedar', OPEN);
  expect(holder.reload()).toBe(true);
  expect(outcome()).toBe('delivered');
});

test('the same text is the same snapshot', () => {
  const { holder, policies } = watched(folderWith());
  expect(holder.reload()).toBe(true);
  expect(policies).toHaveLength(1);
});

test('a new directory makes a new snapshot, with its facts and its names', () => {
  const folder = folderWith({
    'alfa/export.cedar': rule(
      'permit (principal, action, resource) when { principal.agreements.contains(OrgId::"alfa") || principal.id == OrgId::"charlie" };',
    ),
  });
  const { holder, outcome, alarms } = watched(folder);
  expect(outcome()).toBe('delivered');
  const old = holder.current();
  const organisations = new Map(facts.organisations);
  organisations.set(bravo, { id: bravo, groups: [], accreditedFor: [], agreements: [] });
  holder.setDirectory({ organisations });
  expect(outcome()).toBe('denied');
  // A frame under way keeps the snapshot that it began with.
  expect(old?.decide({ attributes, sections: [], recipients: [bravo] })[0]?.outcome).toBe('delivered');
  organisations.delete(charlie);
  holder.setDirectory({ organisations: new Map(organisations) });
  expect(alarms.at(-1)?.code).toBe('policy-invalid');
});
