import { garbageCollector } from '../collect-garbage.js';
import { figuresOf } from '../figures.js';
import type { Figure } from '../measurement.js';
import { ratioOf } from '../rounds.js';

const nameOf = (size: number): string => `memory of an open log, ${size.toLocaleString('en')} entries`;

/**
 * Measures what a log holds in memory after it was opened and used, at a smaller and at a larger size. `use` resolves with
 * something that keeps it in memory.
 */
export async function memoryFigures(
  [smaller, larger]: readonly [number, number],
  use: (size: number) => Promise<object>,
  rounds: number,
): Promise<readonly [Figure, Figure]> {
  const collect = garbageCollector();
  const held = async (size: number): Promise<number> => {
    collect();
    const before = usedKiB();
    const kept = new Set([await use(size)]);
    collect();
    const after = usedKiB();
    kept.clear();
    return after - before;
  };
  await held(larger);
  const spent = { smaller: [] as number[], larger: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    spent.smaller.push(await held(smaller));
    spent.larger.push(await held(larger));
  }
  const ratio = { to: nameOf(smaller), ...ratioOf(spent.larger, spent.smaller) };
  return [
    { name: nameOf(smaller), unit: 'KiB', value: figuresOf(spent.smaller) },
    { name: nameOf(larger), unit: 'KiB', value: figuresOf(spent.larger), ratio },
  ];
}

function usedKiB(): number {
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1024;
}
