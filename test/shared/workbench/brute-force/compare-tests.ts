import { expect, test } from 'vitest';
import { compareDiff, seedsFrom } from './compare-diff.js';
import { compareProve } from './compare-prove.js';

const DAY_MS = 24 * 3_600_000;

/** Declares the tests that compare `policy diff` and `policy prove` with deciding every notice, from a first seed. */
export function compareTests(first: number, pairs: number): void {
  const versions = Math.ceil(pairs / 20);
  test(
    `policy diff gives the changes that deciding every notice gives: ${pairs} pairs of versions`,
    async () => {
      const { incomplete, changes } = await compareDiff(seedsFrom(first, pairs));
      // Where a result depends on what only Cedar evaluates, a diff may report changes that do not exist:
      // that must be rare.
      expect(incomplete).toBeLessThan(pairs / 10);
      for (const type of ['errors', 'loosened', 'reason', 'tightened'])
        expect(changes[type]).toBeGreaterThan(0);
    },
    DAY_MS,
  );

  test(
    `policy prove holds exactly where deciding every notice does: ${4 * versions} invariants`,
    () => {
      const { invariants, holding } = compareProve(seedsFrom(first, versions));
      expect(invariants).toBe(4 * versions);
      expect(holding).toBeGreaterThan(0);
    },
    DAY_MS,
  );
}
