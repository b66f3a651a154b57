import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openPolicySource } from '../../../../services/cli/policy/diff/policy-source.js';
import { errorFrom, LiaisonError } from '../../../../services/shared/kernel/errors.js';

/** Changes the working directory to a new repository with one commit of these files. */
function enterRepository(files: Readonly<Record<string, string>>): void {
  const [place, before] = [mkdtempSync(join(tmpdir(), 'repository-')), process.cwd()];
  onTestFinished(() => {
    process.chdir(before);
    rmSync(place, { recursive: true, force: true });
  });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(place, path, '..'), { recursive: true });
    writeFileSync(join(place, path), text);
  }
  const who = ['-c', 'user.name=Example', '-c', 'user.email=example@example.org'];
  for (const words of [
    ['init', '-q'],
    ['add', '.'],
    [...who, 'commit', '-q', '-m', 'first'],
  ])
    execFileSync('git', words, { cwd: place });
  process.chdir(place);
}

async function refused(name: string): Promise<LiaisonError> {
  const opened = await openPolicySource(name, undefined).catch(errorFrom);
  if (opened instanceof LiaisonError) return opened;
  throw new Error('it was opened');
}

test('openPolicySource: errors in a git revision name paths relative to its folder of policies', async () => {
  enterRepository({ 'policies/schema.cedarschema': '' });
  expect(await refused('HEAD')).toMatchObject({
    code: 'config-invalid',
    message: '`HEAD`: `federation/members.yaml`: no such file',
    details: [{ path: 'federation/members.yaml', message: 'no such file' }],
  });
});
