import { describe, expect, test } from 'vitest';
import { createSteadiness } from '../../../services/shared/kernel/steady-clock.js';

const [MINUTE, HOUR] = [60_000, 3_600_000];

/** `heard` so long before the beginning, with a clock that is so wrong already. */
function watched({ heard, wrong: first = 0 }: { readonly heard?: number; readonly wrong?: number } = {}) {
  const [start, time] = [Date.parse('2026-11-27T12:00:00Z'), { passed: 5_000, wrong: first }];
  const said: { at?: number } = heard === undefined ? {} : { at: start + time.passed - heard };
  const isSteady = createSteadiness(() => new Date(start + time.passed + time.wrong), {
    restMs: 10 * MINUTE,
    heard: () => said.at,
    passed: () => time.passed,
  });
  /** So long later, with a clock that is so wrong by then. */
  const look = (later: number, wrong = time.wrong): boolean => {
    time.passed += later;
    time.wrong = wrong;
    return isSteady();
  };
  return Object.assign(look, { hear: () => (said.at = start + time.passed) });
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

describe('a clock that is ahead at the start', () => {
  test('of what was heard last is not believed before it has stood by it for so long', () => {
    const look = watched({ heard: MINUTE, wrong: 2_400 * 24 * HOUR });
    expect(look(1_000)).toBe(false);
    expect(look(9 * MINUTE)).toBe(false);
    expect(look(MINUTE)).toBe(true);
  });

  test('is believed at once when it is put right', () => {
    const look = watched({ heard: MINUTE, wrong: 8 * HOUR });
    expect(look(1_000)).toBe(false);
    expect(look(1_000, 0)).toBe(true);
  });

  test('is believed later after a rest of days, and at once after a short one', () => {
    expect(watched({ heard: 30 * MINUTE })(1_000)).toBe(true);
    const look = watched({ heard: 72 * HOUR });
    expect(look(1_000)).toBe(false);
    expect(look(10 * MINUTE)).toBe(true);
  });

  test('is believed as soon as somebody else says the same', () => {
    const look = watched({ heard: 72 * HOUR });
    expect(look(1_000)).toBe(false);
    look.hear();
    expect(look(1_000)).toBe(true);
    expect(look(1_000, 8 * HOUR)).toBe(false);
    look.hear();
    expect(look(1_000)).toBe(false);
  });

  test('behind what was heard last, or where nothing was heard, is believed', () => {
    expect(watched({ heard: MINUTE, wrong: -8 * HOUR })(1_000)).toBe(true);
    expect(watched({ wrong: 8 * HOUR })(1_000)).toBe(true);
  });
});
