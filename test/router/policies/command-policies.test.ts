import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commandPolicies } from '../../../services/router/policies/open-policies.js';
import { readBundle } from '../../../services/shared/policy/adopted/bundle.js';
import { digest } from '../../../services/shared/trust/digest.js';
import type { Directory } from '../../../services/shared/trust/directory.js';
import { alfa, bravo, charlie, facts, folderWith } from '../../shared/policy/folder.js';

test('a baseline that the auditor has can be taken while the folder cannot be read', async () => {
  const folder = folderWith();
  const bundle = readBundle(folder, [alfa, bravo, charlie], digest);
  writeFileSync(join(folder, 'alfa/export.cedar'), Buffer.from([0xff, 0xfe]));
  const archive = {
    put: async () => undefined,
    get: async (named: string) => (named === bundle.digest ? bundle : undefined),
  };
  const holder = { current: () => undefined, fault: () => undefined, reload: async () => false };
  const directory = () => facts as unknown as Directory;
  const commands = commandPolicies({ folder, archive, directory }, holder);
  expect(await commands.has(bundle.digest)).toBe(true);
  expect(await commands.has(digest('elsewhere'))).toBe(false);
});

test('a baseline that the folder alone has can be taken where the folder decides, and not where members release their rules', async () => {
  const folder = folderWith();
  const bundle = readBundle(folder, [alfa, bravo, charlie], digest);
  const archive = { put: async () => undefined, get: async () => undefined };
  const holder = { current: () => undefined, fault: () => undefined, reload: async () => false };
  const deps = { folder, archive, directory: () => facts as unknown as Directory };
  expect(await commandPolicies(deps, holder).has(bundle.digest)).toBe(true);
  expect(await commandPolicies({ ...deps, releases: {} }, holder).has(bundle.digest)).toBe(false);
});
