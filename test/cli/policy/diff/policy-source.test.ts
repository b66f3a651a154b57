import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openPolicySource } from '../../../../services/cli/policy/diff/policy-source.js';
import { errorFrom, type LiaisonError } from '../../../../services/shared/kernel/errors.js';

/** Somebody stands in a repository whose one revision holds these files. */
function standIn(files: Readonly<Record<string, string>>): void {
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

function refused(name: string): LiaisonError {
  try {
    openPolicySource(name);
  } catch (thrown) {
    return errorFrom(thrown);
  }
  throw new Error('it was opened');
}

test('what is wrong with a git revision is told by its path within the folder of policies', () => {
  standIn({ 'policies/schema.cedarschema': '' });
  expect(refused('HEAD')).toMatchObject({
    code: 'config-invalid',
    message: '`HEAD`: `federation/directory.yaml`: no such file',
    details: [{ path: 'federation/directory.yaml', message: 'no such file' }],
  });
});
