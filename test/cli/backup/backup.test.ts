import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { type SampleHome, sampleHome } from './sample-home.js';

let sample: SampleHome;
beforeAll(async () => {
  sample = await sampleHome();
});
afterAll(() => sample.remove());

/** Runs `backup` as a user does; returns its exit code, and what it wrote as JSON. */
function runBackup(folder: string, ...words: readonly string[]): readonly [number | null, object] {
  const main = join(projectRoot, 'dist/services/cli/main.js');
  const line = [main, 'backup', sample.beside(folder), '--json', '--home', sample.home.root, ...words];
  const { status, stdout, stderr } = spawnSync(process.execPath, line, { encoding: 'utf8' });
  return [status, JSON.parse(status === 0 ? stdout : stderr) as object];
}

describe('the verb `backup`', () => {
  test('prints what it copied, without a list of the files', () => {
    const [code, shown] = runBackup('whole');
    expect(code).toBe(0);
    expect(shown).toMatchObject({
      kind: 'liaison-backup',
      contract: 1,
      reused: 0,
      files: expect.any(Number),
    });
    expect(shown).toMatchObject({ bytes: expect.any(Number), heldMs: expect.any(Number) });
    expect(shown).toMatchObject({ parts: expect.arrayContaining(['hub', 'europol', 'interpol']) });
  });

  test.each([
    [['--org', 'europol'], ['europol']],
    [
      ['--org', 'interpol,europol', '--hub'],
      ['hub', 'europol', 'interpol'],
    ],
    [['--hub'], ['hub']],
  ])('with %j has the parts %j', (words, parts) => {
    expect(runBackup(parts.join('-'), ...words)).toMatchObject([0, { parts }]);
  });

  test('refuses an organisation that is not in the home, with the nearest name, and a folder that is no home', () => {
    const [code, error] = runBackup('none', '--org', 'europool');
    expect([code, error]).toMatchObject([2, { code: 'organisation-unknown' }]);
    expect(JSON.stringify(error)).toContain('europol');
    expect(runBackup('none', '--home', sample.beside('nothing'))).toMatchObject([2, { code: 'usage' }]);
  });
});
