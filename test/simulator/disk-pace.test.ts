import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { bytesBelow } from '../../services/shared/store/bytes-below.js';
import { type HeldBack, openDiskPace, rateAt, TRICKLE } from '../../services/simulator/disk-pace.js';

const MiB = 1024 * 1024;
const RATE = 20;
/** About what a notice of a demonstration takes, in bytes. */
const NOTICE = 95_000;

function folderOf(bytes: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'pace-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'records'), Buffer.alloc(bytes, 1));
  return folder;
}

test('traffic without end never takes a home past its limit, and still sends after eight hours', () => {
  const limit = 950 * MiB;
  let [bytes, last] = [0, RATE];
  for (let second = 0; second < 8 * 3600; second += 5) {
    const now = rateAt({ rate: RATE, bytes, limit });
    expect(now).toBeLessThanOrEqual(last);
    last = now;
    bytes += 5 * now * NOTICE;
  }
  expect(bytes).toBeLessThan(limit);
  expect(last).toBe(TRICKLE);
});

test('the rate is whole below half of the limit, and nothing at the limit and above', () => {
  const at = (bytes: number, rate = RATE): number => rateAt({ rate, bytes, limit: 100 });
  expect([0, 49, 50].map((bytes) => at(bytes))).toEqual([RATE, RATE, RATE]);
  expect(at(75)).toBe(RATE / 8);
  expect([100, 101].map((bytes) => at(bytes))).toEqual([0, 0]);
  // A rate below the least one is not raised.
  expect(at(99, 0.01)).toBe(0.01);
});

test('a home that is full at the start gets no notice, and the reason is reported once', async () => {
  const told: HeldBack[] = [];
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  const folder = folderOf(2 * MiB);
  const deps = { rate: RATE, onHeldBack: (now: HeldBack) => told.push(now), signal: ending.signal };
  const full = await openDiskPace({ ...deps, folder, limit: MiB });
  expect(full.rate()).toBe(0);
  expect(told).toEqual([{ held: 'stopped', bytes: await bytesBelow(folder), limit: MiB }]);
  const roomy = await openDiskPace({ ...deps, folder, limit: 100 * MiB });
  const unbounded = await openDiskPace({ ...deps, folder, limit: 0 });
  expect([roomy.rate(), unbounded.rate(), told.length]).toEqual([RATE, RATE, 1]);
});
