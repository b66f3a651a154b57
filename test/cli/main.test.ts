import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../services/shared/runtime/root.js';
import { copyOfPolicies } from './policy/copy-of-policies.js';

const MAIN = join(projectRoot, 'dist/services/cli/main.js');

test('main: a failed write to stdout ends the call with one error line and exit code 2', () => {
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = spawnSync(process.execPath, [MAIN, 'policy', 'doc'], {
    stdio: ['ignore', full, 'pipe'],
    encoding: 'utf8',
  });
  closeSync(full);
  expect([status, stderr]).toEqual([2, 'error [usage] `stdout` cannot be written: the disk is full\n']);
});

test('main: a reader that closed the pipe ends the call silently, with the exit code of the verb', async () => {
  const { folder } = copyOfPolicies();
  writeFileSync(join(folder, 'europol/import.cedar'), 'permit (');
  const child = spawn(process.execPath, [MAIN, 'policy', 'check', folder]);
  child.stdout.destroy();
  let written = '';
  child.stderr.on('data', (bytes: Buffer) => (written += bytes.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  expect([code, written]).toEqual([2, '']);
});

test('main: every verb reports a misspelt setting, without its value', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'compose', '--folders'], {
    env: { ...process.env, LIAISON_POLICES: 'canary', LIAISON_EUROPOL_PORT: '8482' },
    encoding: 'utf8',
  });
  expect(stderr).toBe('`LIAISON_POLICES` is not a setting, did you mean `LIAISON_POLICIES`\n');
  expect([status, stdout.includes('canary')]).toEqual([0, false]);
});

test('main: a variable `size` of the shell is no option of Node', () => {
  const options = { env: { ...process.env, size: '--none' }, encoding: 'utf8' } as const;
  const { status, stderr } = spawnSync(join(projectRoot, 'scripts/liaison'), ['--version'], options);
  expect(status, stderr).toBe(0);
});

test.each(['up', 'simulate'])(
  'main: `%s` exits with 2 for a wrong setting, before it creates anything',
  (verb) => {
    const home = join(tmpdir(), `liaison-never-made-${process.pid}`);
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, verb, '--home', home], {
      env: { ...process.env, LIAISON_RESEND_SECONDS: 'soon', LIAISON_KEPT_HOUR: '1' },
      encoding: 'utf8',
    });
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr.split('\n')).toEqual([
      'error [config-invalid] 2 settings are wrong, and nothing was started',
      '  LIAISON_RESEND_SECONDS: got `soon`, expected a whole number of seconds from 1 to 3600',
      '  LIAISON_KEPT_HOUR: is not a setting, did you mean `LIAISON_KEPT_HOURS`',
      '',
    ]);
    expect(existsSync(home)).toBe(false);
  },
);
