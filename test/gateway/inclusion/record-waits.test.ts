import { describe, expect, test } from 'vitest';
import { createRecordWaits } from '../../../services/gateway/inclusion/record-waits.js';

describe('gateway: the time that a record has been waited for', () => {
  test('begins at the first question about it, not at the first checkpoint', () => {
    const waits = createRecordWaits();
    expect([70_000, 100_000, 130_000].map((ms) => waits.waited('a', ms))).toEqual([0, 30_000, 60_000]);
    waits.end('a');
    expect(waits.waited('a', 140_000)).toBe(0);
  });

  test('is measured for 10,000 records at once; that of a further one begins once another one ends', () => {
    const waits = createRecordWaits();
    for (let n = 0; n < 10_000; n += 1) waits.waited(String(n), 0);
    expect([waits.waited('more', 0), waits.waited('more', 60_000), waits.waited('0', 60_000)]).toEqual([
      0, 0, 60_000,
    ]);
    waits.end('0');
    expect([waits.waited('more', 60_000), waits.waited('more', 90_000)]).toEqual([0, 30_000]);
  });
});
