import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type DiskGrowth, noteDiskGrowth, readDiskGrowth } from '../../../services/cli/home/disk-growth.js';
import { diskGrowthText } from '../../../services/cli/home/disk-growth-text.js';
import { formatBytes } from '../../../services/cli/terminal/format-bytes.js';
import { type Home, homeAt } from '../../../services/shared/runtime/home.js';

const MiB = 1024 * 1024;
const HOUR_MS = 3_600_000;
const BEGUN = new Date('2026-06-01T12:00:00Z');
const after = (hours: number): Date => new Date(BEGUN.getTime() + hours * HOUR_MS);

function emptyHome(): Home {
  const root = mkdtempSync(join(tmpdir(), 'growth-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const home = homeAt(root);
  mkdirSync(dirname(home.diskSamples));
  return home;
}

/** Adds this many MiB to the records of the auditor. */
function grow(home: Home, mebibytes: number): void {
  mkdirSync(home.auditorData, { recursive: true });
  const path = join(home.auditorData, 'records');
  writeFileSync(path, Buffer.alloc(mebibytes * MiB, 1), { flag: 'a' });
}

/** Notes one measurement at this time. */
async function noteAt(home: Home, now: Date): Promise<readonly string[]> {
  const said: string[] = [];
  const stopping = new AbortController();
  const noting = noteDiskGrowth(home, {
    say: (words) => said.push(words),
    stopping: stopping.signal,
    clock: () => {
      // One measurement: the loop ends at its next turn.
      stopping.abort();
      return now;
    },
  });
  await noting;
  return said;
}

const perDay = ({ bytesPerDay }: DiskGrowth): number => Math.round((bytesPerDay ?? NaN) / MiB);

test('a home says how fast it grew since the oldest measurement of the last day, and when its disk is full', async () => {
  const home = emptyHome();
  grow(home, 1);
  await noteAt(home, after(0));
  grow(home, 2);
  await noteAt(home, after(1));
  grow(home, 2);
  const now = await readDiskGrowth(home, after(2));
  expect(perDay(now)).toBe(48);
  expect(now.fullIn).toBeCloseTo((now.free / (now.bytesPerDay ?? NaN)) * 86_400, 3);
  // The first measurement is a day old now, the second one is not.
  expect(perDay(await readDiskGrowth(home, after(24.5)))).toBe(Math.round((2 / 23.5) * 24));
});

test('a rate over less than a minute is unknown, and a home that shrank never fills its disk', async () => {
  const home = emptyHome();
  grow(home, 2);
  expect(await readDiskGrowth(home, after(0))).toMatchObject({ bytesPerDay: null, fullIn: null });
  await noteAt(home, after(0));
  expect(await readDiskGrowth(home, after(0.01))).toMatchObject({ bytesPerDay: null, fullIn: null });
  rmSync(home.auditorData, { recursive: true });
  const now = await readDiskGrowth(home, after(1));
  expect([perDay(now) < 0, now.fullIn]).toEqual([true, null]);
  expect(diskGrowthText({ ...now, free: 5e9, bytes: 8192 })).toBe('8.2 kB, 5.0 GB free; does not grow');
});

test('measurements older than a day, and of a clock that was set back, are dropped; a damaged file is written anew', async () => {
  const home = emptyHome();
  for (const hours of [0, 1, 30, 90, 31]) await noteAt(home, after(hours));
  const kept = (): readonly number[] =>
    (JSON.parse(readFileSync(home.diskSamples, 'utf8')) as { at: number }[]).map(({ at }) => at);
  expect(kept()).toEqual([after(31).getTime()]);
  writeFileSync(home.diskSamples, '{');
  expect((await readDiskGrowth(home, after(32))).bytesPerDay).toBeNull();
  expect(await noteAt(home, after(32))).toEqual([]);
  expect(kept()).toEqual([after(32).getTime()]);
});

test('sizes are shown with two digits in decimal units', () => {
  const shown = [0, 999, 1_000, 9_949, 9_950, 12_345_678, 1.5e9, 2e12, 2e15, -3e6].map(formatBytes);
  expect(shown).toEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '9.9 kB',
    '10 kB',
    '12 MB',
    '1.5 GB',
    '2.0 TB',
    '2000 TB',
    '-3.0 MB',
  ]);
  expect(formatBytes(null)).toBe('?');
});
