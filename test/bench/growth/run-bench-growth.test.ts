import { expect, test } from 'vitest';
import type { BenchGrowthResult } from './growth-figures.js';
import { freshHome, leftRunning, liaison } from '../../support/federation.js';
import { runLine } from '../../cli/policy/run-line.js';

const number = expect.any(Number);
const routed = {
  notices: number,
  recipients: number,
  refused: 0,
  frame: number,
  perSecond: number,
  cpuPerNoticeMicros: number,
  natsPerNoticeMicros: number,
  millisPerNotice: number,
  routerMiB: number,
  natsMiB: number,
};

test('bench growth --routed --sizes --json: a row for each, and nothing is left running', async () => {
  const home = freshHome();
  const words = [
    'bench',
    'growth',
    '--routed',
    '7,9',
    '--sizes',
    '2',
    '--notices',
    '100',
    '--frame',
    '8',
    '--json',
  ];
  const { code, records, stderr } = await liaison(home, words);
  expect(code, stderr).toBe(0);
  const result = records.at(-1) as unknown as BenchGrowthResult;
  expect(result).toEqual({
    bench: 'growth',
    at: expect.any(String),
    machine: { cpu: expect.any(String), cores: number, node: process.version },
    figures: expect.any(Array),
    series: expect.any(Array),
    byOrganisations: [],
    byRouted: [7, 9].map((organisations) => ({
      organisations,
      idleRouterPercent: number,
      ratio: number,
      ...routed,
    })),
    byHeld: [],
    bySize: [{ kib: 2, signedBytes: number, ...routed }],
    byHistory: [],
  });
  expect(result.byRouted[0]?.ratio).toBe(1);
  for (const { recipients, notices } of [...result.byRouted, ...result.bySize]) {
    expect(recipients).toBeGreaterThan(1);
    expect(notices).toBeGreaterThan(50);
  }
  expect(leftRunning(home)).toEqual([]);
});

const measured = { process: expect.any(String), idlePercent: number, micros: number, residentMiB: number };
const hosted = {
  startSeconds: number,
  seconds: number,
  notices: 30,
  recipients: number,
  p50Ms: number,
  p99Ms: number,
  mostMs: number,
  waiting: number,
  perSecond: number,
  unsettled: 0,
  cpuPerNoticeMicros: number,
  ratio: number,
  byProcess: Array.from({ length: 5 }, () => measured),
};

test('bench growth --organisations: every notice settles through the gateways of one process, and nothing is left running', async () => {
  const home = freshHome();
  const words = ['bench', 'growth', '--organisations', '9', '--rate', '10', '--for', '3s', '--json'];
  const { code, records, stderr } = await liaison(home, words);
  expect(code, stderr).toBe(0);
  const { byOrganisations, byRouted, byHeld, bySize } = records.at(-1) as unknown as BenchGrowthResult;
  expect(byOrganisations).toEqual([{ organisations: 9, ...hosted }]);
  expect([byRouted, byHeld, bySize]).toEqual([[], [], []]);
  const [row] = byOrganisations;
  const names = row?.byProcess.map(({ process }) => process) ?? [];
  expect(names.toSorted()).toEqual(['auditor', 'console', 'gateways', 'nats', 'router']);
  expect(row?.ratio).toBe(1);
  expect(row?.recipients).toBeGreaterThan(1);
  expect(leftRunning(home)).toEqual([]);
});

test('bench growth --held: a row for each number of held notices, with times for commit, find and search', async () => {
  const { code, stdout } = await runLine(['bench', 'growth', '--held', '50,200', '--json']);
  expect(code).toBe(0);
  const { byHeld, byOrganisations, bySize } = JSON.parse(stdout) as BenchGrowthResult;
  const row = {
    commitMs: number,
    commitP99Ms: number,
    inboxMs: number,
    inboxOriginatorMs: number,
    inboxAbsentKindMs: number,
    findMs: number,
    searchRareMs: number,
    searchCommonMs: number,
    indexMicros: number,
    countsMs: number,
    databaseMiB: number,
    bytesPerNotice: number,
    residentMiB: number,
  };
  expect(byHeld).toEqual([
    { held: 50, ...row },
    { held: 200, ...row },
  ]);
  expect([byOrganisations, bySize]).toEqual([[], []]);
});

test('bench growth --history auditor: start, look-up and memory of an auditor with many records', async () => {
  const { code, stdout } = await runLine([
    'bench',
    'growth',
    '--history',
    'auditor',
    '--share',
    '0.002',
    '--entries',
    '1000',
    '--json',
  ]);
  expect(code).toBe(0);
  const { byHistory, byHeld } = JSON.parse(stdout) as BenchGrowthResult;
  const figure = (name: string, unit: string, goal: object = {}) => ({ name, unit, value: number, ...goal });
  expect(byHistory).toEqual([
    {
      part: 'auditor',
      history: expect.stringMatching(/^[0-9,]+ records, 0\.0[0-9] GiB$/),
      figures: [
        figure('start', 'ms', { goal: 2_000 }),
        figure('newest checkpoint published, from the start', 'ms'),
        figure('look-up, p50', 'ms', { goal: 5 }),
        figure('look-up, p99', 'ms'),
        figure('memory', 'MiB'),
        figure('memory, empty file', 'MiB'),
      ],
    },
  ]);
  expect(byHeld).toEqual([]);
});

test('bench growth --history gateway,overheld: the steps of a sweep, and the judgement of all that recipients hold', async () => {
  const words = ['bench', 'growth', '--history', 'gateway,overheld', '--share', '0.002', '--json'];
  const { code, stdout } = await runLine(words);
  expect(code).toBe(0);
  const [row, overheld] = (JSON.parse(stdout) as BenchGrowthResult).byHistory;
  expect(row).toMatchObject({ part: 'gateway', history: expect.stringMatching(/^2,0[0-9]{2} own notices/) });
  expect(row?.figures.map(({ name, unit, goal }) => [name, unit, goal])).toEqual([
    ['open', 'ms', undefined],
    ['sweep, nothing has ended, p50', 'ms', 10],
    ['sweep, nothing has ended, most', 'ms', undefined],
    ['a step of a sweep that erases and forgets, p50', 'ms', undefined],
    ['a step of a sweep that erases and forgets, most', 'ms', undefined],
    ['counts of the metrics', 'ms', undefined],
    ['a page of a kind without notices', 'ms', undefined],
    ['a page of a state without notices', 'ms', undefined],
    ['a page with a rare word', 'ms', undefined],
  ]);
  expect(overheld).toMatchObject({ part: 'overheld', history: '204 pairs' });
  expect(overheld?.figures.map(({ name, goal }) => [name, goal])).toEqual(
    ['headers that repeat', 'no two headers alike'].flatMap((headers, index) => [
      [`${headers}: applying the records`, undefined],
      [`${headers}: all pairs`, index === 0 ? undefined : 5_000],
      [`${headers}: all pairs, CPU`, undefined],
      [`${headers}: longest time without a turn of the event loop`, undefined],
    ]),
  );
});

test('bench growth --history router: a start without the database, from a snapshot, and a heartbeat after many records', async () => {
  const words = ['bench', 'growth', '--history', 'router', '--share', '0.002', '--json'];
  const { code, stdout } = await runLine(words);
  expect(code).toBe(0);
  const [row] = (JSON.parse(stdout) as BenchGrowthResult).byHistory;
  expect(row).toMatchObject({ part: 'router', history: '2,000 records, 1,000 after the snapshot' });
  expect(row?.figures.map(({ name, unit, goal }) => [name, unit, goal])).toEqual([
    ['ready, from the snapshot', 'ms', 10_000],
    ['ready, no history', 'ms', undefined],
    ['heartbeat, p50', 'ms', 1],
    ['heartbeat, p99', 'ms', undefined],
    ['snapshot', 'ms', undefined],
    ['database', 'MiB', undefined],
    ['memory', 'MiB', undefined],
  ]);
});
