import { describe, expect, test } from 'vitest';
import { createSteadiness } from '../../../services/shared/kernel/steady-clock.js';

const [MINUTE, HOUR] = [60_000, 3_600_000];

function watched() {
  const [start, time] = [Date.parse('2026-11-27T12:00:00Z'), { passed: 5_000, wrong: 0 }];
  const isSteady = createSteadiness(
    () => new Date(start + time.passed + time.wrong),
    10 * MINUTE,
    () => time.passed,
  );
  /** So long later, with a clock that is so wrong by then. */
  const look = (later: number, wrong = time.wrong): boolean => {
    time.passed += later;
    time.wrong = wrong;
    return isSteady();
  };
  return look;
}

describe('a clock that runs ahead of the time that passes', () => {
  test('is not believed before it has stood by it for so long', () => {
    const look = watched();
    expect(look(MINUTE)).toBe(true);
    expect(look(1_000, 2_400 * 24 * HOUR)).toBe(false);
    expect(look(9 * MINUTE)).toBe(false);
    expect(look(MINUTE)).toBe(true);
  });

  test('is believed again as soon as it is right', () => {
    const look = watched();
    expect(look(1_000, 8 * HOUR)).toBe(false);
    expect(look(12_000, 0)).toBe(true);
  });

  test('is not believed for having been put back a part of the way', () => {
    const look = watched();
    expect(look(1_000, 240 * HOUR)).toBe(false);
    expect(look(MINUTE, 238 * HOUR)).toBe(false);
  });

  test('begins anew when it runs ahead once more', () => {
    const look = watched();
    expect(look(1_000, 8 * HOUR)).toBe(false);
    expect(look(9 * MINUTE, 16 * HOUR)).toBe(false);
    expect(look(9 * MINUTE)).toBe(false);
  });

  test.each([MINUTE, 59 * MINUTE, -HOUR, -48 * HOUR])('is lived with when it is %i ms off', (wrong) => {
    expect(watched()(1_000, wrong)).toBe(true);
  });

  test('is the time that passed, however long', () => {
    expect(watched()(2_400 * 24 * HOUR)).toBe(true);
  });
});
