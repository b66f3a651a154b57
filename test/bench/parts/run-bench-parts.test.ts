import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Change } from '../baseline.js';
import type { BenchLine } from '../measurement.js';
import { freshHome, leftRunning, liaison } from '../../support/federation.js';
import { runLine } from '../../cli/policy/run-line.js';
import { expectSound, lineShape } from '../../support/bench-line-shape.js';

const SHORT = ['--rounds', '1', '--slice', '1ms', '--json'];
const folder = mkdtempSync(join(tmpdir(), 'liaison-bench-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function lineOf(
  words: readonly string[],
): Promise<BenchLine & { readonly changes?: readonly Change[] }> {
  const { code, stdout, stderr } = await runLine(['bench', ...words]);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as BenchLine;
}

test('bench trust --json: every part against one verification in the same round', async () => {
  const line = await lineOf(['trust', ...SHORT]);
  expect(line).toEqual(lineShape('trust'));
  expectSound(line);
  const [base, ...others] = line.figures;
  expect(base).toMatchObject({ name: 'Ed25519 verify, node:crypto', unit: 'CPU µs' });
  expect(others.length).toBeGreaterThan(10);
  expect(new Set(others.map(({ ratio }) => ratio?.to))).toEqual(new Set([base?.name]));
});

test('bench wire --json: every part against a plain parser, and the codec by frame size', async () => {
  const line = await lineOf(['wire', ...SHORT]);
  expect(line).toEqual(lineShape('wire'));
  expectSound(line);
  const bases = new Set(line.figures.flatMap(({ ratio }) => ratio?.to ?? []));
  expect([...bases].toSorted()).toEqual([
    'JSON.parse of 2 KB',
    'JSON.parse of 20 KB',
    'decode a frame of 1, protobufjs alone',
    'decode a frame of 64, protobufjs alone',
    'decode a frame of 8, protobufjs alone',
  ]);
  expect(line.series.map(({ lines }) => lines.map(({ points }) => points.map(({ x }) => x)))).toEqual([
    [
      [1, 8, 64],
      [1, 8, 64],
      [1, 8, 64],
    ],
  ]);
});

test('bench ledger --json: against a nats-server of its own, and nothing is left running', async () => {
  const home = freshHome();
  const { code, records, stderr } = await liaison(home, ['bench', 'ledger', '--leaves', '3000', ...SHORT]);
  expect(code, stderr).toBe(0);
  const line = records.at(-1) as unknown as BenchLine;
  expect(line).toEqual({
    ...lineShape('ledger', { nats: true }),
    recordBytes: expect.any(Number),
    leaves: 3000,
  });
  expectSound(line);
  const timed = line.figures.filter(({ unit }) => unit === 'µs');
  expect(timed.every(({ perSecond }) => (perSecond?.median ?? 0) > 0)).toBe(true);
  const others = line.figures.filter(({ unit }) => unit !== 'µs');
  expect(others.map(({ name, unit }) => [name, unit])).toEqual([
    ['hashes of an inclusion proof', 'hashes'],
    ['memory of an open log, 256 entries', 'KiB'],
    ['memory of an open log, 3,000 entries', 'KiB'],
  ]);
  expect(others[0]?.value.most).toBeLessThanOrEqual(12);
  expect(leftRunning(home)).toEqual([]);
});

describe('baseline and profile', () => {
  const [file, profile] = [join(folder, 'lines.ndjson'), join(folder, 'wire.cpuprofile')];

  test('each figure is shown as a multiple of its value in the last line of the same bench', async () => {
    const before = await lineOf(['wire', ...SHORT]);
    const figures = before.figures.slice(0, 2).map((figure) => {
      return { ...figure, value: { median: 10, least: 10, most: 10 } };
    });
    const lines = [before, { ...before, figures }, { ...before, bench: 'trust' }];
    writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const now = await lineOf(['wire', ...SHORT, '--baseline', file]);
    const medians = now.figures.map(({ value }) => value.median);
    expect(now.changes?.map(({ before, ratio }) => [before, ratio * before])).toEqual([
      [10, expect.closeTo(medians[0] ?? 0)],
      [10, expect.closeTo(medians[1] ?? 0)],
    ]);
    const { stdout } = await runLine(['bench', 'wire', ...SHORT.slice(0, -1), '--baseline', file]);
    expect(stdout).toContain('since the baseline');
  });

  test('a baseline without a line of the same bench is refused before the first measurement', async () => {
    const { code, stdout, stderr } = await runLine(['bench', 'policy', '--baseline', file]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('holds no line of `bench policy --json`');
  });

  test('a malformed line is refused with its place in the file', async () => {
    const broken = join(folder, 'broken.ndjson');
    writeFileSync(broken, '\n{"bench":"wire"}\n');
    const { code, stderr } = await runLine(['bench', 'wire', '--baseline', broken]);
    expect(code).toBe(2);
    expect(stderr).toContain('broken.ndjson:2');
  });

  test('a CPU profile names the functions that were measured', async () => {
    await lineOf(['wire', '--rounds', '1', '--slice', '20ms', '--json', '--profile', profile]);
    const { nodes } = JSON.parse(readFileSync(profile, 'utf8')) as {
      readonly nodes: readonly { readonly callFrame: { readonly functionName: string } }[];
    };
    expect(nodes.map(({ callFrame }) => callFrame.functionName)).toContain('parseStrictJson');
  });
});
