import { expect, test } from 'vitest';
import type { BenchSoakResult } from './federation-figures.js';
import { freshHome, leftRunning, liaison } from '../../support/federation.js';

const number = expect.any(Number);
const KINDS = ['gateways', 'router', 'nats', 'auditor', 'console', 'simulator'];

test('bench soak --json: the last line holds samples at even intervals, growth by process, and counts of notices', async () => {
  const home = freshHome();
  const words = ['bench', 'soak', '--rate', '5', '--for', '3s', '--json'];
  const { code, records, stderr } = await liaison(home, words);
  expect(code, stderr).toBe(0);
  const result = records.at(-1) as unknown as BenchSoakResult;
  const sample = Object.fromEntries([['minute', number], ...KINDS.map((kind) => [`${kind}MiB`, number])]);
  expect(result).toEqual({
    bench: 'soak',
    at: expect.any(String),
    machine: { cpu: expect.any(String), cores: number, node: process.version, nats: expect.any(String) },
    figures: expect.any(Array),
    series: expect.any(Array),
    rate: 5,
    seconds: 3,
    submitted: number,
    delivered: number,
    redacted: number,
    denied: number,
    refused: 0,
    missing: 0,
    duplicates: 0,
    unverified: 0,
    withheldLeaks: 0,
    lacking: 0,
    amended: number,
    withdrawn: number,
    unsealed: number,
    restricted: number,
    overdue: number,
    byMinute: Array.from({ length: 7 }, () => sample),
    byProcess: expect.arrayContaining([
      {
        process: 'router',
        firstMiB: number,
        lastMiB: number,
        slopeMiBPerMinute: number,
        growthPercent: number,
      },
    ]),
  });
  expect(result.delivered).toBeGreaterThan(0);
  expect(result.byProcess.map(({ process }) => process)).toContain('simulator');
  expect(Math.min(...result.byProcess.map(({ lastMiB }) => lastMiB))).toBeGreaterThan(1);
  expect(leftRunning(home)).toEqual([]);
});
