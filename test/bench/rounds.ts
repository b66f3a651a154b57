import { type Figures, figuresOf } from './figures.js';

/** One thing to measure, next to others. */
export interface Part {
  readonly name: string;
  /** How many of it one call of the work does. */
  readonly operations: number;
  /** Makes what the work needs; anew before each round, and not counted. */
  readonly prepare: () => Work | Promise<Work>;
}

/** What is awaited counts as a whole. */
export type Work = () => unknown;

export interface Rounds {
  /** How many count; one more goes before them. */
  readonly rounds: number;
  /** Milliseconds for which each part is called again in each round; 0 calls it once. */
  readonly slice: number;
}

/** How cost is counted. */
export interface Meter {
  readonly unit: 'CPU µs' | 'µs';
  /** Counts the waiting too. */
  readonly waits: boolean;
  /** Microseconds since some beginning. */
  readonly now: () => number;
}

/** Of this process with all its threads: what else the machine does counts less than by the clock. */
export const cpu: Meter = {
  unit: 'CPU µs',
  waits: false,
  now: () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
};

/** For what waits for a disk or another process. */
export const clock: Meter = { unit: 'µs', waits: true, now: () => performance.now() * 1000 };

/** Microseconds an operation, round by round, by the name of the part. */
export type Spent = ReadonlyMap<string, readonly number[]>;

/**
 * Interleaved, so that what slows the machine for a while slows all alike; whichever was first is last in the next round.
 * Not by tinybench: it ends one part before it begins the next, and a ratio would be of different moments.
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

/** How many times the base each is, within each round. */
export function ratioOf(values: readonly number[], base: readonly number[]): Figures {
  return figuresOf(values.map((value, round) => value / (base[round] ?? Number.NaN)));
}
