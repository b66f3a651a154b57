import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { copyOfPolicies } from './copy-of-policies.js';
import { runLine } from './run-line.js';

test('`policy check` shows nothing of a file behind a link out of the folder, and names the link', async () => {
  const { folder } = copyOfPolicies();
  const outside = mkdtempSync(join(tmpdir(), 'home-'));
  onTestFinished(() => rmSync(outside, { recursive: true, force: true }));
  const token = join(outside, 'author.token');
  writeFileSync(token, 'canary-of-a-token');
  for (const path of ['europol/import.cedar', 'europol/cases.yaml', 'federation/members.yaml']) {
    rmSync(join(folder, path));
    symlinkSync(token, join(folder, path));
  }
  for (const words of [['check'], ['check', '--json'], ['test'], ['doc'], ['fmt', '--check']]) {
    const { code, stdout, stderr } = await runLine(['policy', ...words, '--policies', folder]);
    expect([code, stdout + stderr]).toEqual([2, expect.stringContaining('a link out of the folder')]);
    expect(stdout + stderr).not.toContain('canary');
  }
});
