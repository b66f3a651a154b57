import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createSendPacing } from '../../../services/gateway/outbound/send-pacing.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

describe('gateway send pacing: the next frame', () => {
  test('leaves at once when nothing is in flight', () => {
    expect(createSendPacing(() => undefined).waitMs()).toBe(0);
  });

  test('gathers for as long as the last round trip took, and at most 30 ms', () => {
    for (const [took, rest] of [
      [20, 20],
      [400, 30],
    ] as const) {
      const reported: number[] = [];
      const pacing = createSendPacing((ms) => reported.push(ms));
      pacing.sent(1);
      vi.advanceTimersByTime(took);
      pacing.reported(1);
      expect([reported, pacing.waitMs()]).toEqual([[took], rest]);
      vi.advanceTimersByTime(rest);
      expect(pacing.waitMs()).toBe(0);
    }
  });

  test('leaves without a report after a second in which the hub reported on no frame', () => {
    const pacing = createSendPacing(() => undefined);
    pacing.sent(2);
    vi.advanceTimersByTime(900);
    pacing.reported(1);
    expect(pacing.waitMs()).toBe(1_000);
    vi.advanceTimersByTime(1_000);
    expect(pacing.waitMs()).toBe(0);
  });
});
