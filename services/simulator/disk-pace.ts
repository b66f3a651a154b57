import { pause } from '../shared/kernel/pause.js';
import { bytesBelow } from '../shared/store/bytes-below.js';

/** How the size of the home holds the traffic back: not at all, more as the home fills, or altogether. */
export type Pressure = 'free' | 'slowed' | 'stopped';

/** What is known when the traffic is held back more or less than before. Sizes in bytes. */
export interface HeldBack {
  readonly held: Pressure;
  readonly bytes: number;
  readonly limit: number;
}

/** The rate of a simulation whose home may not grow without end. */
export interface DiskPace {
  /** Notices a second now; 0 while the home is as large as it may be. */
  rate(): number;
}

interface DiskPaceDeps {
  /** The home. */
  readonly folder: string;
  /** Notices a second while the home has room. */
  readonly rate: number;
  /** In bytes; 0 for none. */
  readonly limit: number;
  readonly onHeldBack: (now: HeldBack) => void;
  readonly signal: AbortSignal;
}

/** The least that is sent while there is any room, in notices a second: a home that is nearly full still shows something. */
export const TRICKLE = 0.02;
const MEASURE_EVERY_MS = 5_000;

/**
 * Measures the home now and then every five seconds, and returns the pace that follows from its size. The files of a home keep what
 * they are for, so that nothing but fewer notices keeps it small.
 */
export async function openDiskPace({ folder, limit, onHeldBack, ...deps }: DiskPaceDeps): Promise<DiskPace> {
  if (limit === 0) return { rate: () => deps.rate };
  let bytes = 0;
  let held: Pressure = 'free';
  const measure = async (): Promise<void> => {
    bytes = await bytesBelow(folder);
    const now = heldAt(bytes, limit);
    if (now !== held) onHeldBack({ held: (held = now), bytes, limit });
  };
  await measure();
  void repeat(measure, deps.signal);
  return { rate: () => rateAt({ rate: deps.rate, bytes, limit }) };
}

async function repeat(measure: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pause(MEASURE_EVERY_MS, signal);
    await measure();
  }
}

/**
 * Full rate until the home has half of its limit, then less with the cube of the room that is left, and none at the limit. In
 * proportion to the room itself, a demonstration would be silent after half an hour; so it lasts for hours.
 */
export function rateAt({
  rate,
  bytes,
  limit,
}: {
  readonly rate: number;
  readonly bytes: number;
  readonly limit: number;
}): number {
  switch (heldAt(bytes, limit)) {
    case 'free':
      return rate;
    case 'slowed':
      return Math.min(rate, Math.max(TRICKLE, rate * (2 * (1 - bytes / limit)) ** 3));
    case 'stopped':
      return 0;
  }
}

function heldAt(bytes: number, limit: number): Pressure {
  if (bytes >= limit) return 'stopped';
  return bytes > limit / 2 ? 'slowed' : 'free';
}
