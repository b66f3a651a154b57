import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { commandPolicies } from '../../../services/router/policies/command-policies.js';
import { readBundle } from '../../../services/shared/policy/adopted/bundle.js';
import { adoptFolder, setBaseline } from '../../../services/router/quarantine/policy-command.js';
import { fail } from '../../../services/shared/kernel/errors.js';
import { digest, hexOfDigest } from '../../../services/shared/trust/digest.js';
import type { Directory } from '../../../services/shared/trust/directory.js';
import { alfa, bravo, charlie, facts, folderWith } from '../../shared/policy/folder.js';

test('a baseline that the auditor has can be taken while the folder cannot be read', async () => {
  const folder = folderWith();
  const bundle = readBundle(folder, [alfa, bravo, charlie], digest);
  writeFileSync(join(folder, 'alfa/export.cedar'), Buffer.from([0xff, 0xfe]));
  const archive = {
    get: async (named: string) => (named === bundle.digest ? bundle : undefined),
  };
  const holder = {
    current: () => undefined,
    fault: () => undefined,
    reload: async () => false,
    missingSince: () => undefined,
  };
  const directory = () => facts as unknown as Directory;
  const commands = commandPolicies({ folder, archive, directory }, holder);
  expect(await commands.has(bundle.digest)).toBe(true);
  expect(await commands.has(digest('elsewhere'))).toBe(false);
});

test('a baseline that the folder alone has can be taken where the folder decides, and not where members release their rules', async () => {
  const folder = folderWith();
  const bundle = readBundle(folder, [alfa, bravo, charlie], digest);
  const archive = { get: async () => undefined };
  const holder = {
    current: () => undefined,
    fault: () => undefined,
    reload: async () => false,
    missingSince: () => undefined,
  };
  const deps = { folder, archive, directory: () => facts as unknown as Directory };
  expect(await commandPolicies(deps, holder).has(bundle.digest)).toBe(true);
  expect(await commandPolicies({ ...deps, releases: {} }, holder).has(bundle.digest)).toBe(false);
});

test('a baseline is refused while another router that still has the missing policies would archive them again', async () => {
  const folder = folderWith();
  const bundle = readBundle(folder, [alfa, bravo, charlie], digest);
  const fault = () => fail('policies-missing', 'a test');
  const since = performance.now();
  const holder = { current: () => undefined, fault, reload: async () => false, missingSince: () => since };
  const archive = { get: async () => bundle };
  const named = { command: { entry: hexOfDigest(bundle.digest) } } as Parameters<typeof setBaseline>[1];
  const answer = (archivedAgainMs: number) =>
    setBaseline(
      commandPolicies(
        { folder, archive, directory: () => facts as unknown as Directory, archivedAgainMs },
        holder,
      ),
      named,
    );
  expect(await answer(600_000)).toEqual({ outcome: 'refused', code: 'not-yet' });
  expect(await answer(0)).toEqual({ outcome: 'adopted', code: null });
});

test('an adoption that is judged for longer than other commands may wait is refused, and the judgement continues', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const folder = folderWith();
  let finish = (): void => undefined;
  const reload = () => new Promise<boolean>((resolve) => (finish = () => resolve(true)));
  const holder = { current: () => undefined, fault: () => undefined, reload, missingSince: () => undefined };
  const archive = { get: async () => undefined };
  const commands = commandPolicies(
    { folder, archive, directory: () => facts as unknown as Directory },
    holder,
  );
  const named = { command: { entry: '00'.repeat(32) } } as Parameters<typeof adoptFolder>[1];
  const answer = adoptFolder(commands, named);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(await answer).toEqual({ outcome: 'refused', code: 'timed-out' });
  finish();
});
