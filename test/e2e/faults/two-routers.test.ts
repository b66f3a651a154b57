import { describe, test } from 'vitest';
import { killRouters, killRoutersInOrder } from './kill-routers.js';

const KILLS = 2;

describe('two routers: kill -9 of either under load', () => {
  test('missing 0, duplicates 0', () => killRouters(KILLS), 1_200_000);

  test(
    'every revision of a notice arrives once and in order, and the remaining router handles all',
    () => killRoutersInOrder(KILLS),
    1_200_000,
  );
});
