import { expect, test } from 'vitest';
import { createPlanCache } from '../../../services/shared/policy/plan-cache.js';
import { alfa, bravo } from './folder.js';

const fixture = (limit: number) => {
  const cache = createPlanCache<{ rows: number }>(limit);
  /** Adds a row to the plan of a key; true when the cache had the plan. */
  const get = (originator: typeof alfa, key: bigint): string => {
    let made = 'kept';
    let grow = (): void => undefined;
    const plan = cache.get(originator, key, (grown) => {
      made = 'made';
      grow = grown;
      return { rows: 0 };
    });
    if (made === 'made') {
      plan.rows += 1;
      grow();
    }
    return made;
  };
  return { cache, get };
};

test('plan cache: an originator evicts only its own plans, the least recently used first', () => {
  const { cache, get } = fixture(2);
  expect([get(bravo, 1n), get(alfa, 1n), get(alfa, 2n), get(alfa, 1n)]).toEqual([
    'made',
    'made',
    'made',
    'kept',
  ]);
  for (let key = 3n; key < 100n; key++) get(alfa, key);
  // Two rows fit, and the newest plan stays.
  expect(cache.size).toBe(4);
  expect(get(bravo, 1n)).toBe('kept');
  expect(get(alfa, 1n)).toBe('made');
});

test('plan cache: rows are bounded, not plans, and the newest plan stays however large it is', () => {
  const { cache } = fixture(10);
  const hold = (key: bigint, rows: number): void => {
    cache.get(alfa, key, (grown) => {
      for (let row = 0; row < rows; row++) grown();
      return { rows };
    });
  };
  for (let key = 0n; key < 5n; key++) hold(key, 2);
  expect(cache.size).toBe(5);
  hold(5n, 1_000);
  expect(cache.size).toBe(1);
  hold(5n, 1_000);
  expect(cache.size).toBe(1);
  hold(6n, 2);
  expect(cache.size).toBe(1);
});
