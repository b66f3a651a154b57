import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { shippedPolicies } from '../../../services/shared/runtime/root.js';
import type { ExchangeMap } from '../../../services/shared/workbench/map/exchange-map.js';
import { copyOfPolicies } from './copy-of-policies.js';
import { runLine } from './run-line.js';

const map = (...words: readonly string[]) => runLine(['policy', 'map', ...words]);

describe('`policy map`', () => {
  test('prints with `--from --json` the cells of one originator, and the findings of all', async () => {
    const { code, stdout } = await map('--from', 'europol', '--kind', 'red', '--json');
    const { cells, overlaps } = JSON.parse(stdout) as {
      cells: { from: string }[];
      overlaps: { from: string }[];
    };
    expect(code).toBe(0);
    expect(cells).toHaveLength(6);
    expect(new Set(cells.map(({ from }) => from))).toEqual(new Set(['europol']));
    expect(new Set(overlaps.map(({ from }) => from)).size).toBeGreaterThan(1);
  });

  test('writes the page with `--html`, notes it on stderr, and prints nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'map-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'map.html');
    expect(await map('--html', file)).toEqual({ code: 0, stdout: '', stderr: `written to ${file}\n` });
    expect(readFileSync(file, 'utf8')).toContain(
      '<title>Who shares what with whom: the demo federation</title>',
    );
  });

  test('shows with `--member` only what one organisation gives and receives', async () => {
    const { stdout } = await map('--member', 'ecopol', '--json');
    const { cells } = JSON.parse(stdout) as { cells: { from: string; to: string }[] };
    expect(cells).toHaveLength(2 * 6 * 9);
    expect(cells.every(({ from, to }) => from === 'ecopol' || to === 'ecopol')).toBe(true);
    const text = (await map('--member', 'ecopol')).stdout;
    expect(text).toMatch(/^interpol +ecopol /m);
    expect(text).not.toMatch(/^ +gccpol +[●◐·] .*\n +afripol/m);
  });

  test('marks with `--before` what an older version decided otherwise, in the terminal, in JSON and on the page', {
    tags: ['long'],
  }, async () => {
    const { folder, change } = copyOfPolicies();
    change(
      'europol/export.cedar',
      'principal.groups.contains(Group::"biometric-peers")',
      '!principal.groups.contains(Group::"biometric-peers")',
    );
    const words = ['--policies', folder, '--before', shippedPolicies];
    const { stdout } = await map(...words, '--kind', 'red');
    expect(stdout).toMatch(/^europol → ameripol +red +opened: biometrics$/m);
    expect(stdout).toMatch(/^europol → interpol +red +closed: biometrics$/m);
    const { cells } = JSON.parse((await map(...words, '--kind', 'red', '--json')).stdout) as ExchangeMap;
    const changed = cells.filter(({ before }) => before !== undefined);
    expect(changed.map(({ from, to }) => `${from} ${to}`)).toEqual([
      'europol interpol',
      'europol ameripol',
      'europol gccpol',
    ]);
    const page = join(folder, 'map.html');
    await map(...words, '--kind', 'red', '--html', page);
    expect(readFileSync(page, 'utf8')).toContain(
      'europol to ameripol, red: partly, 11/13, opened: biometrics',
    );
    const same = await map('--policies', folder, '--before', folder, '--kind', 'red');
    expect(same.stdout).not.toContain('changed');
  });

  test.each([
    [
      ['--member', 'europool'],
      '[organisation-unknown] no organisation `europool` in the directory, did you mean `europol`',
    ],
    [['--kind', 'rde'], '[kind-unknown] no kind `rde`, did you mean `red`'],
    [
      ['--from', 'europool'],
      '[organisation-unknown] no organisation `europool` in the directory, did you mean `europol`',
    ],
    [
      ['--html', '/nowhere/map.html'],
      '[usage] `/nowhere/map.html` cannot be written: its folder does not exist',
    ],
    [['--policies', '/nowhere'], '[config-invalid] `/nowhere/federation/members.yaml`: no such file'],
  ])('refuses %j', async (words, message) => {
    const { code, stderr } = await map(...words);
    expect([code, stderr.trim()]).toEqual([2, `error ${message}`]);
  });
});
