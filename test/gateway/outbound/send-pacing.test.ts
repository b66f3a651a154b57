import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createFlight } from '../../../services/gateway/outbound/send-pacing.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

describe('the next frame', () => {
  test('goes at once when nothing is on its way', () => {
    expect(createFlight(() => undefined).rest()).toBe(0);
  });

  test('gathers as long again as the one before took, and no longer than 30 ms', () => {
    for (const [took, rest] of [
      [20, 20],
      [400, 30],
    ] as const) {
      const told: number[] = [];
      const flight = createFlight((ms) => told.push(ms));
      flight.began(1);
      vi.advanceTimersByTime(took);
      flight.landed(1);
      expect([told, flight.rest()]).toEqual([[took], rest]);
      vi.advanceTimersByTime(rest);
      expect(flight.rest()).toBe(0);
    }
  });

  test('goes without a report after a second in which the hub reported on none', () => {
    const flight = createFlight(() => undefined);
    flight.began(2);
    vi.advanceTimersByTime(900);
    flight.landed(1);
    expect(flight.rest()).toBe(1_000);
    vi.advanceTimersByTime(1_000);
    expect(flight.rest()).toBe(0);
  });
});
