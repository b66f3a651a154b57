import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { abortOnStall } from '../../services/simulator/stall.js';

const PATIENCE_MS = 30_000;

describe('the wait of a simulation for notices under way', () => {
  let left: number;
  let late: AbortController;
  beforeEach(() => {
    vi.useFakeTimers();
    [left, late] = [100, new AbortController()];
    abortOnStall(late, () => left, PATIENCE_MS);
  });
  afterEach(() => void vi.useRealTimers());

  function settle(times: number, everyMs: number): void {
    for (let time = 0; time < times; time += 1) {
      vi.advanceTimersByTime(everyMs);
      left -= 1;
    }
  }

  test('goes on for as long as notices settle, however slowly', () => {
    settle(60, PATIENCE_MS - 1_000);
    expect(late.signal.aborted).toBe(false);
  });

  test('ends when no notice has settled for as long as the setting says', () => {
    settle(10, 1_000);
    vi.advanceTimersByTime(PATIENCE_MS - 200);
    expect(late.signal.aborted).toBe(false);
    vi.advanceTimersByTime(400);
    expect(late.signal.aborted).toBe(true);
  });

  test('ends when the number of unsettled notices only rises and falls back', () => {
    for (let time = 0; time < 60; time += 1) {
      vi.advanceTimersByTime(1_000);
      left = time % 2 === 0 ? 101 : 100;
    }
    expect(late.signal.aborted).toBe(true);
  });

  test('leaves no timer behind once it has ended', () => {
    late.abort();
    expect(vi.getTimerCount()).toBe(0);
  });
});
