import { describe, expect, test } from 'vitest';
import { createSteadiness } from '../../../services/shared/kernel/steady-clock.js';

const [MINUTE, HOUR] = [60_000, 3_600_000];

/**
 * Creates a check of a clock that is `wrong` by that many milliseconds at the start. Another process stated
 * its time `heard` milliseconds before the start.
 */
function watched({ heard, wrong: first = 0 }: { readonly heard?: number; readonly wrong?: number } = {}) {
  const [start, time] = [Date.parse('2026-11-27T12:00:00Z'), { passed: 5_000, wrong: first }];
  const stated: { at?: number } = heard === undefined ? {} : { at: start + time.passed - heard };
  const isSteady = createSteadiness(() => new Date(start + time.passed + time.wrong), {
    restMs: 10 * MINUTE,
    heard: () => stated.at,
    passed: () => time.passed,
  });
  /** Checks after `later` milliseconds, with a clock that is `wrong` by that many milliseconds. */
  const look = (later: number, wrong = time.wrong): boolean => {
    time.passed += later;
    time.wrong = wrong;
    return isSteady();
  };
  return Object.assign(look, { hear: () => (stated.at = start + time.passed) });
}

describe('a clock that jumps ahead of elapsed time', () => {
  test('is not trusted before it has kept its time for the rest period', () => {
    const look = watched();
    expect(look(MINUTE)).toBe(true);
    expect(look(1_000, 2_400 * 24 * HOUR)).toBe(false);
    expect(look(9 * MINUTE)).toBe(false);
    expect(look(MINUTE)).toBe(true);
  });

  test('is trusted again as soon as it is correct', () => {
    const look = watched();
    expect(look(1_000, 8 * HOUR)).toBe(false);
    expect(look(12_000, 0)).toBe(true);
  });

  test('is not trusted when it is set back only part of the way', () => {
    const look = watched();
    expect(look(1_000, 240 * HOUR)).toBe(false);
    expect(look(MINUTE, 238 * HOUR)).toBe(false);
  });

  test('starts the rest period again when it jumps once more', () => {
    const look = watched();
    expect(look(1_000, 8 * HOUR)).toBe(false);
    expect(look(9 * MINUTE, 16 * HOUR)).toBe(false);
    expect(look(9 * MINUTE)).toBe(false);
  });

  test.each([MINUTE, 59 * MINUTE, -HOUR, -48 * HOUR])(
    'is trusted when it is wrong by %i ms, an hour ahead at most',
    (wrong) => {
      expect(watched()(1_000, wrong)).toBe(true);
    },
  );

  test('is trusted when it agrees with the elapsed time, however long that is', () => {
    expect(watched()(2_400 * 24 * HOUR)).toBe(true);
  });
});

describe('a clock that is ahead at the start', () => {
  test('is not trusted before it has kept its time for the rest period, when another process stated an earlier time', () => {
    const look = watched({ heard: MINUTE, wrong: 2_400 * 24 * HOUR });
    expect(look(1_000)).toBe(false);
    expect(look(9 * MINUTE)).toBe(false);
    expect(look(MINUTE)).toBe(true);
  });

  test('is trusted at once when it is corrected', () => {
    const look = watched({ heard: MINUTE, wrong: 8 * HOUR });
    expect(look(1_000)).toBe(false);
    expect(look(1_000, 0)).toBe(true);
  });

  test('is trusted at once when the last stated time is minutes old, and after the rest period when it is days old', () => {
    expect(watched({ heard: 30 * MINUTE })(1_000)).toBe(true);
    const look = watched({ heard: 72 * HOUR });
    expect(look(1_000)).toBe(false);
    expect(look(10 * MINUTE)).toBe(true);
  });

  test('is trusted as soon as another process states the same time', () => {
    const look = watched({ heard: 72 * HOUR });
    expect(look(1_000)).toBe(false);
    look.hear();
    expect(look(1_000)).toBe(true);
    expect(look(1_000, 8 * HOUR)).toBe(false);
    look.hear();
    expect(look(1_000)).toBe(false);
  });

  test('is trusted when it is behind the stated time, or when no time was stated', () => {
    expect(watched({ heard: MINUTE, wrong: -8 * HOUR })(1_000)).toBe(true);
    expect(watched({ wrong: 8 * HOUR })(1_000)).toBe(true);
  });
});
