import { setTimeout as delay } from 'node:timers/promises';
import type { Home } from '../../../services/shared/runtime/home.js';
import { slopeOf } from '../figures.js';
import { byKind, type KindFields, type ProcessUse, processUses } from './process-kinds.js';

/** Resident memory at one moment in MiB, summed over processes of a kind. */
export interface MemorySample extends KindFields<'MiB'> {
  readonly minute: number;
}

/** The memory of one process over the run. */
export interface Grown {
  readonly process: string;
  readonly firstMiB: number;
  readonly lastMiB: number;
  /** Slope by least squares over the second half, when bounded stores are full. */
  readonly slopeMiBPerMinute: number;
  /** Growth over the second half by that slope, in per cent of its mean; 0 is flat. */
  readonly growthPercent: number;
}

interface Sampling {
  readonly ms: number;
  readonly say: (words: string) => void;
}

const LOOKS_A_MINUTE = 6;
/** A run shorter than this is sampled as often as one of this length. */
const MINUTE_MS = 60_000;

/** Samples every process at even intervals, and at the end. */
export async function sampleMemory(
  home: Home,
  { ms, say }: Sampling,
): Promise<{ readonly byMinute: readonly MemorySample[]; readonly byProcess: readonly Grown[] }> {
  const looks = Math.max(LOOKS_A_MINUTE, Math.floor((ms / MINUTE_MS) * LOOKS_A_MINUTE));
  const began = performance.now();
  const taken: { readonly minute: number; readonly uses: readonly ProcessUse[] }[] = [];
  for (let each = 0; each <= looks; each += 1) {
    await delay(Math.max(0, began + (ms * each) / looks - performance.now()));
    const minute = (performance.now() - began) / MINUTE_MS;
    taken.push({ minute, uses: processUses(home) });
    if (each > 0 && each % LOOKS_A_MINUTE === 0)
      say(`${minute.toFixed(1)} min: ${totalOf(taken.at(-1)?.uses)} MiB`);
  }
  const byMinute = taken.map(({ minute, uses }) => ({
    minute,
    ...byKind(
      'MiB',
      uses.map(({ process, residentMiB }) => [process, residentMiB] as const),
    ),
  }));
  const names = taken.at(-1)?.uses.map(({ process }) => process) ?? [];
  const pointsOf = (name: string): readonly Point[] =>
    taken.flatMap(({ minute, uses }) =>
      uses.filter(({ process }) => process === name).map(({ residentMiB }) => [minute, residentMiB] as const),
    );
  return { byMinute, byProcess: names.map((name) => ({ process: name, ...grownOf(pointsOf(name)) })) };
}

type Point = readonly [minute: number, mib: number];

function grownOf(points: readonly Point[]): Omit<Grown, 'process'> {
  const second = points.slice(Math.floor(points.length / 2));
  const slope = slopeOf(second);
  const mean = second.reduce((sum, [, mib]) => sum + mib, 0) / second.length;
  const minutes = (second.at(-1)?.[0] ?? 0) - (second[0]?.[0] ?? 0);
  return {
    firstMiB: points[0]?.[1] ?? 0,
    lastMiB: points.at(-1)?.[1] ?? 0,
    slopeMiBPerMinute: slope,
    growthPercent: (100 * slope * minutes) / mean,
  };
}

function totalOf(uses: readonly ProcessUse[] = []): string {
  return uses.reduce((sum, { residentMiB }) => sum + residentMiB, 0).toFixed(0);
}
