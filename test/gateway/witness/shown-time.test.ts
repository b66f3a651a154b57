import { describe, expect, test } from 'vitest';
import { createShownTime } from '../../../services/gateway/witness/shown-time.js';

const STEP = 15_000;

/** Returns what checkpoints add up to, each given as the time of its heartbeat and its size. */
function shown(...checkpoints: readonly (readonly [time: number, size: number])[]): number {
  const shownTime = createShownTime(STEP);
  for (const [time, size] of checkpoints) shownTime.saw({ origin: 'demo/liaison/1', time, size });
  return shownTime.ms();
}

describe('gateway: the time shown by quorate checkpoints', () => {
  test('is the differences between heartbeats, wherever the auditor’s clock began', () => {
    for (const start of [0, 1_900_000_000_000])
      expect(shown([start, 5], [start + 10_000, 5], [start + 19_000, 7])).toBe(19_000);
  });

  test('has at most one step of a time without heartbeats', () => {
    expect(shown([0, 5], [10_000, 5], [3_610_000, 5], [3_620_000, 5])).toBe(10_000 + STEP + 10_000);
  });

  test('keeps growing with larger checkpoints after the auditor’s clock was set back', () => {
    expect(shown([100_000, 5], [110_000, 5], [50_000, 6], [60_000, 6])).toBe(20_000);
  });

  test('does not grow when an older and a newer checkpoint are shown by turns', () => {
    const [older, newer] = [
      [110_000, 5],
      [60_000, 6],
    ] as const;
    expect(shown(older, newer, older, newer, older, newer)).toBe(0);
  });
});
