import { type Figures, figuresOf } from './figures.js';

/** One thing to measure, beside others. */
export interface Part {
  readonly name: string;
  /** Operations of one call of the work. */
  readonly operations: number;
  /** Prepares the work before each round; not measured. */
  readonly prepare: () => Work | Promise<Work>;
}

/** The work to measure; a returned promise is measured until it settles. */
export type Work = () => unknown;

export interface Rounds {
  /** Measured rounds; one more runs before them as a warm-up. */
  readonly rounds: number;
  /** Milliseconds for which each part is repeated in a round; 0 calls it once. */
  readonly slice: number;
}

/** How cost is measured. */
export interface Meter {
  readonly unit: 'CPU µs' | 'µs';
  /** True if time spent waiting counts. */
  readonly waits: boolean;
  /** Monotonic microseconds. */
  readonly now: () => number;
}

/** Measures CPU time of all threads of this process, which depends less on other load than elapsed time. */
export const cpu: Meter = {
  unit: 'CPU µs',
  waits: false,
  now: () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
};

/** Measures elapsed time, for work that waits for a disk or another process. */
export const clock: Meter = { unit: 'µs', waits: true, now: () => performance.now() * 1000 };

/** Microseconds per operation in each round, by the name of the part. */
export type Spent = ReadonlyMap<string, readonly number[]>;

/**
 * Measures the parts in interleaved rounds, so that other load on the machine affects all alike; the first part of a round is
 * the last of the next. Not tinybench, which finishes one part before the next, so that a ratio would mix different moments.
 */
export async function inRounds(
  parts: readonly Part[],
  { rounds, slice }: Rounds,
  meter: Meter,
): Promise<Spent> {
  const spent = new Map<string, number[]>(parts.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const part of round % 2 === 0 ? parts : parts.toReversed()) {
      const micros = await costOf(part, slice, meter);
      if (round > 0) spent.get(part.name)?.push(micros);
    }
  }
  return spent;
}

async function costOf({ operations, prepare }: Part, slice: number, meter: Meter): Promise<number> {
  const work = await prepare();
  const end = performance.now() + slice;
  const before = meter.now();
  let calls = 0;
  do {
    const done = work();
    if (done instanceof Promise) await done;
    calls += 1;
  } while (performance.now() < end);
  return (meter.now() - before) / calls / operations;
}

/** Returns the ratio of values to base within each round. */
export function ratioOf(values: readonly number[], base: readonly number[]): Figures {
  return figuresOf(values.map((value, round) => value / (base[round] ?? Number.NaN)));
}
