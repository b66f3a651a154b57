import { expect, test } from 'vitest';
import { createPlanCache } from '../../../services/shared/policy/plan-cache.js';
import { alfa, bravo } from './folder.js';

test('an originator evicts only its own plans, the least recently used first', () => {
  const cache = createPlanCache<string>(2);
  const get = (originator: typeof alfa, key: bigint): string => {
    let made = 'kept';
    cache.get(originator, key, () => (made = 'made'));
    return made;
  };
  expect([get(bravo, 1n), get(alfa, 1n), get(alfa, 2n), get(alfa, 1n)]).toEqual([
    'made',
    'made',
    'made',
    'kept',
  ]);
  for (let key = 3n; key < 100n; key++) get(alfa, key);
  expect(cache.size).toBe(3);
  expect(get(bravo, 1n)).toBe('kept');
  expect(get(alfa, 1n)).toBe('made');
});
