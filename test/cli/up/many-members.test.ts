import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { policiesIn } from '../../../services/cli/home/policies-folder.js';
import { prepareHome, temporaryHome } from '../../../services/cli/up/prepare-home.js';
import { shippedPolicies } from '../../../services/shared/runtime/root.js';

const { home, remove } = temporaryHome();
const prepare = (options: { readonly fresh?: boolean; readonly members?: number } = {}) =>
  prepareHome(home, { fresh: false, say: () => undefined, ...options });

beforeAll(() => prepare({ members: 9 }));
afterAll(remove);

test('a home with invented members has rules for each of them, and reads those instead of the shipped ones', () => {
  expect(policiesIn({}, home)).toBe(home.policies);
  const orgs = readdirSync(join(home.root, 'orgs')).toSorted();
  expect(orgs).toHaveLength(9);
  const folders = readdirSync(home.policies, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).toSorted()).toEqual([...orgs, 'federation'].toSorted());
  for (const org of orgs)
    expect(readFileSync(join(home.policies, org, 'export.cedar'), 'utf8')).toContain('permit');
});

test('a home keeps its invented members at the next start, and is refused with another number', async () => {
  expect((await prepare()).organisations.size).toBe(9);
  await expect(prepare({ members: 8 })).rejects.toMatchObject({ code: 'usage' });
  expect((await prepare({ members: 9 })).organisations.size).toBe(9);
});

test('`LIAISON_POLICIES` takes precedence over the rules of invented members', () => {
  expect(policiesIn({ LIAISON_POLICIES: shippedPolicies }, home)).toBe(shippedPolicies);
});

test('a new home without `--members` has the shipped members and no rules of its own', async () => {
  const { organisations } = await prepare({ fresh: true });
  expect(organisations.size).toBe(7);
  expect(policiesIn({}, home)).toBe(shippedPolicies);
});
