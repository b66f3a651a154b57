import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import type { DiskGrowth } from '../../services/cli/home/disk-growth.js';
import type { Status } from '../../services/cli/status/read-status.js';
import { slopeOf } from '../bench/figures.js';
import { residentOf } from '../bench/usage.js';
import { startFederation, type TestFederation } from '../support/federation.js';

/** What is seen of a federation at one moment. */
interface Sample {
  readonly minute: number;
  /** By process. */
  readonly residentMiB: ReadonlyMap<string, number>;
  readonly descriptors: ReadonlyMap<string, number>;
  readonly homeBytes: number;
  /** Alarms that no attack of the simulator explains, in words. */
  readonly alarms: readonly string[];
  readonly outboxes: ReadonlyMap<string, number | null>;
  /** The age of the oldest notice without a report, in seconds. */
  readonly oldest: number;
}

type ShownStatus = Status & { readonly disk: DiskGrowth };

/** "About 1 GB": the traffic stops at 950 MiB, and what is under way then, with the router's snapshots, comes on top. */
const MAX_HOME_BYTES = 1.1e9;
/** No notice waits longer for its report, in seconds. */
const MAX_OLDEST_S = 60;
const SAMPLES = 60;
/**
 * The growth over the second half of the run that counts as flat: heaps reach their working size slowly, and what leaks in eight
 * hours leaks far more.
 */
const FLAT = { residentMiB: 25, descriptors: 5 };

/** Runs `up` as `npm start` does for some minutes, and requires that it stays healthy and that nothing of it grows without end. */
export async function runAllDay(minutes: number): Promise<void> {
  await using federation = await startFederation({ words: [] });
  const samples: Sample[] = [];
  const began = performance.now();
  const now = (): number => (performance.now() - began) / 60_000;
  while (now() < minutes) {
    await delay((minutes * 60_000) / SAMPLES);
    samples.push(await sampleOf(federation, now()));
  }
  const { code, records, stderr } = await federation.stop('SIGINT');
  process.stderr.write(`${figuresOf(samples)}\n`);
  const none = { missing: 0, lacking: 0, duplicates: 0, unverified: 0, withheldLeaks: 0, overdue: 0 };
  expect(records.at(-1), stderr).toMatchObject(none);
  expect(code, stderr).toBe(0);
  expect([...new Set(samples.flatMap(({ alarms }) => alarms))]).toEqual([]);
  for (const org of federation.orgs)
    expect(
      samples.some(({ outboxes }) => outboxes.get(org) === 0),
      `the outbox of ${org} empties`,
    ).toBe(true);
  expect(Math.max(...samples.map(({ oldest }) => oldest))).toBeLessThan(MAX_OLDEST_S);
  expect(Math.max(...samples.map(({ homeBytes }) => homeBytes))).toBeLessThan(MAX_HOME_BYTES);
  for (const measure of ['residentMiB', 'descriptors'] as const)
    for (const [process, { growth }] of grownIn(samples, measure))
      expect(growth, `${measure} of ${process}`).toBeLessThan(FLAT[measure]);
}

async function sampleOf({ cli, run }: TestFederation, minute: number): Promise<Sample> {
  const [status] = (await cli('status', '--json')).records as readonly unknown[] as readonly ShownStatus[];
  if (status === undefined) throw new Error('`status` printed nothing');
  const processes = Object.entries(run().processes);
  return {
    minute,
    residentMiB: new Map(processes.map(([name, pid]) => [name, residentOf(pid)])),
    descriptors: new Map(processes.map(([name, pid]) => [name, readdirSync(`/proc/${pid}/fd`).length])),
    homeBytes: status.disk.bytes,
    alarms: status.alarms.map(({ process, alarm, code }) => `${process} ${alarm} ${code}`),
    outboxes: new Map(status.organisations.map(({ org, outbox }) => [org, outbox])),
    oldest: Math.max(...status.organisations.map(({ outboxOldest }) => outboxOldest ?? 0)),
  };
}

interface Grown {
  readonly first: number;
  readonly last: number;
  readonly slopePerMinute: number;
  /** What the slope comes to over the second half. */
  readonly growth: number;
}

/** Returns how each process grew, by least squares over the second half of the samples. */
function grownIn(
  samples: readonly Sample[],
  measure: 'residentMiB' | 'descriptors',
): ReadonlyMap<string, Grown> {
  const half = samples.slice(Math.floor(samples.length / 2));
  const span = (half.at(-1)?.minute ?? 0) - (half[0]?.minute ?? 0);
  const names = [...(samples.at(-1)?.[measure].keys() ?? [])];
  return new Map(
    names.map((name) => {
      const slopePerMinute = slopeOf(half.map((sample) => [sample.minute, sample[measure].get(name) ?? 0]));
      const [first = 0, last = 0] = [samples[0], samples.at(-1)].map((sample) => sample?.[measure].get(name));
      return [name, { first, last, slopePerMinute, growth: slopePerMinute * span }];
    }),
  );
}

function figuresOf(samples: readonly Sample[]): string {
  const lines = (['residentMiB', 'descriptors'] as const).flatMap((measure) =>
    [...grownIn(samples, measure)].map(
      ([name, { first, last, slopePerMinute }]) =>
        `${name}: ${measure} ${first.toFixed(0)} to ${last.toFixed(0)}, ${slopePerMinute.toFixed(3)} a minute`,
    ),
  );
  const sizes = samples.map(({ homeBytes }) => (homeBytes / 1e6).toFixed(0));
  return [`${samples.length} samples`, ...lines, `home in MB: ${sizes.join(' ')}`].join('\n');
}
