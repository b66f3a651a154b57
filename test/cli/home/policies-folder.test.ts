import { afterEach, expect, test, vi } from 'vitest';
import { copyOfPolicies } from '../policy/copy-of-policies.js';
import { runLine } from '../policy/run-line.js';

afterEach(() => void vi.unstubAllEnvs());

test('the verbs of `policy` read the folder of LIAISON_POLICIES unless `--policies` is given', async () => {
  const [named, given] = [copyOfPolicies(), copyOfPolicies()];
  named.change('europol/export.cedar', 'when {', 'when    {');
  vi.stubEnv('LIAISON_POLICIES', named.folder);
  expect(await runLine(['policy', 'fmt', '--check'])).toMatchObject({ code: 1 });
  expect(await runLine(['policy', 'fmt', '--check', '--policies', given.folder])).toMatchObject({ code: 0 });
});

test('`policy … --help` names LIAISON_POLICIES', async () => {
  expect((await runLine(['policy', 'map', '--help'])).stdout).toContain('LIAISON_POLICIES');
});
