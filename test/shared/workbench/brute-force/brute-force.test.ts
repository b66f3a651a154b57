import { expect, test } from 'vitest';
import { compareDiff, seedsFrom } from './compare-diff.js';
import { compareProve } from './compare-prove.js';

test('policy diff of drawn versions gives the changes that deciding every notice gives', async () => {
  const { pairs, changes } = await compareDiff(seedsFrom(0, 60));
  expect(pairs).toBe(60);
  expect(Object.keys(changes).toSorted()).toEqual(['errors', 'loosened', 'reason', 'tightened']);
});

test('policy prove of drawn invariants holds exactly where deciding every notice does', () => {
  const { invariants, holding } = compareProve(seedsFrom(0, 12));
  expect(invariants).toBe(48);
  expect(holding).toBeGreaterThan(0);
  expect(holding).toBeLessThan(48);
});
