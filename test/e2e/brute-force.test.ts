import { expect, test } from 'vitest';
import { judgeDiff, seedsFrom } from '../shared/workbench/judge/judge-diff.js';
import { judgeProve } from '../shared/workbench/judge/judge-prove.js';

/** A pair takes some 35 ms; `LIAISON_PAIRS=1000000` takes ten hours. */
const PAIRS = Number(process.env['LIAISON_PAIRS'] ?? 1_000);
/** The pairs of `npm test` come before. */
const FIRST = 1_000;
const VERSIONS = Math.ceil(PAIRS / 20);
const HOURS = 24 * 3_600_000;

test(
  `policy diff gives the changes that deciding every notice gives: ${PAIRS} pairs of versions`,
  async () => {
    const { incomplete, changes } = await judgeDiff(seedsFrom(FIRST, PAIRS));
    // Where a result depends on what only Cedar evaluates, more may be told than there is: that must be rare.
    expect(incomplete).toBeLessThan(PAIRS / 10);
    for (const type of ['errors', 'loosened', 'reason', 'tightened'])
      expect(changes[type]).toBeGreaterThan(0);
  },
  HOURS,
);

test(
  `policy prove holds exactly where deciding every notice does: ${4 * VERSIONS} invariants`,
  () => {
    const { invariants, holding } = judgeProve(seedsFrom(FIRST, VERSIONS));
    expect(invariants).toBe(4 * VERSIONS);
    expect(holding).toBeGreaterThan(0);
  },
  HOURS,
);
