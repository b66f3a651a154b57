import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
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

  test.each([
    [['--kind', 'rde'], '[kind-unknown] no kind `rde`, did you mean `red`'],
    [['--from', 'europool'], '[organisation-unknown] no organisation `europool`, did you mean `europol`'],
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
