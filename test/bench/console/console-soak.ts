import { setTimeout as delay } from 'node:timers/promises';
import type { OpenPage } from './console-page.js';
import { slopeOf } from '../figures.js';
import type { StatusSource } from './status-source.js';
import { residentOf } from '../usage.js';

/** Memory at one moment in MiB. */
export interface SoakSample {
  readonly minute: number;
  /** Heap of the page's scripts after garbage collection. */
  readonly page: number;
  /** Resident memory of the console process. */
  readonly console: number;
}

/** Memory growth under a steady load. */
export interface Soak {
  readonly rate: number;
  readonly seconds: number;
  readonly published: number;
  readonly longestBlockMs: number;
  readonly samples: readonly SoakSample[];
  /** MiB a minute by least squares: over all samples, and over the second half, when bounded stores are full. */
  readonly growth: Readonly<Record<'page' | 'console', { readonly whole: number; readonly late: number }>>;
}

interface Soaking {
  readonly source: StatusSource;
  readonly tail: OpenPage;
  /** The console's process. */
  readonly pid: number;
  readonly rate: number;
  readonly ms: number;
  readonly say: (words: string) => void;
}

const MINUTE_MS = 60_000;
/** A run shorter than this is sampled as often as a run of this many minutes. */
const MIN_LOOKS = 4;

/** Publishes at a steady rate while the page shows the events; samples at the start, each minute and at the end. */
export async function soak({ source, tail, pid, rate, ms, say }: Soaking): Promise<Soak> {
  const looks = Math.max(MIN_LOOKS, Math.floor(ms / MINUTE_MS));
  const samples: SoakSample[] = [];
  let longestBlockMs = 0;
  const look = async (): Promise<void> => {
    longestBlockMs = Math.max(longestBlockMs, ...(await tail.blocks()));
    const minute = (performance.now() - began) / MINUTE_MS;
    samples.push({ minute, page: await tail.heap(), console: residentOf(pid) });
    // Drops the block that this garbage collection caused itself.
    await tail.blocks();
  };
  await tail.blocks();
  const began = performance.now();
  await look();
  const stop = source.pace(rate);
  for (let each = 1; each <= looks; each += 1) {
    await delay(Math.max(0, began + (ms * each) / looks - performance.now()));
    await look();
    const { page, console } = samples.at(-1) ?? { page: 0, console: 0 };
    say(`${each} of ${looks}: page ${page.toFixed(1)} MiB, console ${console.toFixed(1)} MiB`);
  }
  const published = stop();
  const seconds = (performance.now() - began) / 1000;
  const growth = { page: growthOf(samples, 'page'), console: growthOf(samples, 'console') };
  return { rate, seconds, published, longestBlockMs, samples, growth };
}

function growthOf(
  samples: readonly SoakSample[],
  what: 'page' | 'console',
): { readonly whole: number; readonly late: number } {
  const points = samples.map((sample) => [sample.minute, sample[what]] as const);
  return { whole: slopeOf(points), late: slopeOf(points.slice(Math.floor(points.length / 2))) };
}
