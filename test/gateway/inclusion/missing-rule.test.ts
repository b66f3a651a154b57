import { describe, expect, test } from 'vitest';
import { createHubSilence, createRecordWaits } from '../../../services/gateway/inclusion/missing-rule.js';

describe('gateway: for how long a record is waited for', () => {
  test('begins with its first question, not with the log', () => {
    const waits = createRecordWaits();
    expect([70_000, 100_000, 130_000].map((ms) => waits.waited('a', ms))).toEqual([0, 30_000, 60_000]);
    waits.end('a');
    expect(waits.waited('a', 140_000)).toBe(0);
  });

  test('is kept of ten thousand records: any further one waits until there is room', () => {
    const waits = createRecordWaits();
    for (let n = 0; n < 10_000; n += 1) waits.waited(String(n), 0);
    expect([waits.waited('more', 0), waits.waited('more', 60_000), waits.waited('0', 60_000)]).toEqual([
      0, 0, 60_000,
    ]);
    waits.end('0');
    expect([waits.waited('more', 60_000), waits.waited('more', 90_000)]).toEqual([0, 30_000]);
  });
});

describe('gateway: the silence of the hub', () => {
  test('grows by thirty seconds at most with each question, and ends with any answer', () => {
    const silence = createHubSilence();
    for (const ms of [0, 20_000, 600_000]) silence.asked(ms, false);
    expect(silence.ms()).toBe(50_000);
    silence.asked(610_000, true);
    silence.asked(620_000, false);
    expect(silence.ms()).toBe(0);
  });
});
