import { statfs } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { type Clock, systemClock } from '../../shared/kernel/clock.js';
import { errorFrom } from '../../shared/kernel/errors.js';
import { pause } from '../../shared/kernel/pause.js';
import type { Home } from '../../shared/runtime/home.js';
import { bytesBelow } from '../../shared/store/bytes-below.js';
import { writeSecretJson } from '../init/secrets.js';

/** How large a home is and how fast it grows. Sizes in bytes. */
export interface DiskGrowth {
  readonly bytes: number;
  /** What its disk has left for it. */
  readonly free: number;
  /** How much a day it grew since the oldest measurement of the last day; null until that is a minute old. */
  readonly bytesPerDay: number | null;
  /** Seconds until the disk is full at this rate; null while the home does not grow, or the rate is unknown. */
  readonly fullIn: number | null;
}

interface Sample {
  /** In milliseconds since the epoch. */
  readonly at: number;
  readonly bytes: number;
}

const DAY_MS = 86_400_000;
const SAMPLE_EVERY_MS = 600_000;
/** A rate over less time would be that of single writes. */
const MIN_SPAN_MS = 60_000;

interface NoteParams {
  readonly say: (words: string) => void;
  readonly stopping: AbortSignal;
  readonly clock?: Clock;
}

/** Measures the home now and every ten minutes until `stopping` aborts, and keeps the measurements of a day beside its logs. */
export async function noteDiskGrowth(
  home: Home,
  { say, stopping, clock = systemClock }: NoteParams,
): Promise<void> {
  let said: string | undefined;
  while (!stopping.aborted) {
    const why = await noteSample(home, clock().getTime());
    if (why !== undefined && why !== said) say(`the growth of the home cannot be noted: ${why}`);
    said = why;
    await pause(SAMPLE_EVERY_MS, stopping);
  }
}

async function noteSample(home: Home, now: number): Promise<string | undefined> {
  try {
    const samples = [...recent(samplesOf(home), now), { at: now, bytes: await bytesBelow(home.root) }];
    writeSecretJson(home.diskSamples, samples);
    return undefined;
  } catch (thrown) {
    return errorFrom(thrown).message;
  }
}

/** Measures the home, and compares it with the oldest measurement of the last day. Throws the system's error for a missing home. */
export async function readDiskGrowth(home: Home, now: Date): Promise<DiskGrowth> {
  const [bytes, free] = await Promise.all([bytesBelow(home.root), freeBytes(home.root)]);
  const [oldest] = recent(samplesOf(home), now.getTime());
  const span = oldest === undefined ? 0 : now.getTime() - oldest.at;
  if (oldest === undefined || span < MIN_SPAN_MS) return { bytes, free, bytesPerDay: null, fullIn: null };
  const bytesPerDay = ((bytes - oldest.bytes) / span) * DAY_MS;
  return {
    bytes,
    free,
    bytesPerDay,
    fullIn: bytesPerDay <= 0 ? null : (free / bytesPerDay) * (DAY_MS / 1000),
  };
}

/** Returns how many bytes the disk of a file has left for programs that do not run as root. Throws the system's error. */
export async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}

/** Returns the measurements of the last day; one of the future was made before the clock was set back. */
const recent = (samples: readonly Sample[], now: number): readonly Sample[] =>
  samples.filter(({ at }) => at <= now && at > now - DAY_MS);

/** Returns what was measured, the oldest first; empty where nothing was, or where the file is damaged. */
function samplesOf({ diskSamples }: Home): readonly Sample[] {
  try {
    const read: unknown = JSON.parse(readFileSync(diskSamples, 'utf8'));
    return Array.isArray(read) ? read.filter(isSample) : [];
  } catch {
    return [];
  }
}

function isSample(value: unknown): value is Sample {
  const { at, bytes } = Object(value) as Partial<Record<keyof Sample, unknown>>;
  return Number.isFinite(at) && Number.isFinite(bytes);
}
