import { expect, test } from 'vitest';
import type { BenchGatewayResult } from './federation-figures.js';
import { freshHome, leftRunning, liaison } from '../../support/federation.js';

const SHORT = ['--rates', '8', '--for', '2s', '--warm-up', '500ms', '--idle', '500ms', '--withdrawals', '4'];
const number = expect.any(Number);
const PROCESSES = ['nats', 'auditor', 'router', 'console', 'gateways'];

const row = {
  rate: number,
  seconds: number,
  notices: number,
  perSecond: number,
  recipients: number,
  p50Ms: number,
  p99Ms: number,
  mostMs: number,
  waiting: number,
  witnessedP50Ms: number,
  witnessedP99Ms: number,
  gatewaysMicros: number,
  routerMicros: number,
  natsMicros: number,
  auditorMicros: number,
  consoleMicros: number,
  simulatorMicros: number,
  cpuPerNoticeMicros: number,
  cores: number,
  ratio: number,
  missing: 0,
  duplicates: 0,
};

test('bench gateway --json: the last line holds a row for each rate and process, and nothing is left running', async () => {
  const home = freshHome();
  const { code, records, stderr } = await liaison(home, ['bench', 'gateway', ...SHORT, '--json']);
  expect(code, stderr).toBe(0);
  const result = records.at(-1) as unknown as BenchGatewayResult;
  expect(result).toEqual({
    bench: 'gateway',
    at: expect.any(String),
    machine: { cpu: expect.any(String), cores: number, node: process.version, nats: expect.any(String) },
    figures: expect.any(Array),
    series: expect.any(Array),
    signMicros: number,
    verifyMicros: number,
    idleSeconds: 0.5,
    sightNotices: 20,
    sightP50Ms: number,
    sightP99Ms: number,
    sightDatabaseP50Ms: number,
    witnessedP50Ms: number,
    witnessedP99Ms: number,
    withdrawals: 4,
    withdrawHolders: 6,
    withdrawP50Ms: number,
    withdrawP99Ms: number,
    packBytes: number,
    packClaims: number,
    packMicros: number,
    byProcess: PROCESSES.map((process) => ({
      process,
      idleCpuPercent: number,
      idleMiB: number,
      endMiB: number,
    })),
    byRate: [{ ...row, rate: 8 }],
  });
  for (const { notices, recipients, p50Ms, p99Ms, mostMs } of result.byRate) {
    expect(notices).toBeGreaterThan(0);
    expect(recipients).toBeGreaterThan(0);
    expect(p50Ms).toBeLessThanOrEqual(p99Ms);
    expect(p99Ms).toBeLessThanOrEqual(mostMs);
  }
  expect(leftRunning(home)).toEqual([]);
});
