import { describe, expect, test } from 'vitest';
import { createClockWatch } from '../../services/gateway/clock-watch.js';
import { fail } from '../../services/shared/kernel/errors.js';
import { alarmsFor } from '../support/alarms-for.js';

const [MINUTE, DAY] = [60_000, 86_400_000];
const START = Date.parse('2026-11-28T10:00:00Z');
const expired = () => fail('expired', 'expired');

/** Creates a watch whose clock is off by `wrong` milliseconds; `time.passed` sets the time since the start. */
function watched(wrong: number) {
  const time = { passed: 5_000, wrong };
  const alarms = alarmsFor();
  const watch = createClockWatch({
    clock: () => new Date(START + time.passed + time.wrong),
    alarms,
    restMs: 10 * MINUTE,
    lastHeartbeat: () => undefined,
    passed: () => time.passed,
  });
  /** Reports a message that the hub signed `ago` milliseconds ago. */
  const hear = (ago = 0): void => watch.heard(new Date(START + time.passed - ago));
  return { ...watch, time, hear, alarms: () => alarms.list().map(({ alarm }) => alarm) };
}

describe('gateway clock: signing', () => {
  test('stops while the clock is more than two minutes ahead of the newest of several heartbeats', () => {
    const { isAhead, heardHeartbeat, time } = watched(3 * MINUTE);
    const beat = (): void => heardHeartbeat(new Date(START + time.passed));
    // The first one after a start may have waited in the stream for long.
    heardHeartbeat(new Date(START - DAY));
    expect(isAhead()).toBe(false);
    beat();
    expect(isAhead()).toBe(true);
    // A silent hub alone does not stop it.
    time.wrong = 0;
    time.passed += DAY;
    expect(isAhead()).toBe(false);
  });
});

describe('gateway clock: claims about what others owe', () => {
  test('wait for a time that the hub signed and that agrees with the clock', () => {
    const { isConfirmed, hear } = watched(0);
    expect(isConfirmed()).toBe(false);
    hear(DAY);
    expect(isConfirmed()).toBe(false);
    hear();
    expect(isConfirmed()).toBe(true);
  });
});

describe('gateway clock: expiry and revocation by this clock', () => {
  test('are temporary until the hub signed a time that agrees, however steady the clock is', () => {
    const { mayPass, time, hear } = watched(0);
    expect(mayPass(expired())).toBe(true);
    time.passed += 30 * MINUTE;
    expect(mayPass(expired())).toBe(true);
    hear();
    expect([mayPass(expired()), mayPass(fail('key-revoked', ''))]).toEqual([false, false]);
  });

  test('are temporary while the clock is more than two minutes ahead of the newest signed time plus the time since', () => {
    const { mayPass, time, hear } = watched(3 * DAY);
    hear();
    expect(mayPass(expired())).toBe(true);
    time.passed += DAY;
    expect(mayPass(expired())).toBe(true);
    time.wrong = 2 * MINUTE;
    expect(mayPass(expired())).toBe(false);
    time.wrong += 1;
    expect(mayPass(expired())).toBe(true);
  });

  test('are temporary while all messages were signed long ago, and final with the next heartbeat', () => {
    const { mayPass, hear } = watched(0);
    hear(3 * DAY);
    expect(mayPass(expired())).toBe(true);
    hear(10_000);
    hear(2 * DAY);
    expect(mayPass(expired())).toBe(false);
  });

  test('stay temporary for one error, although the clock was confirmed meanwhile', () => {
    const { mayPass, hear } = watched(0);
    const error = expired();
    expect(mayPass(error)).toBe(true);
    hear();
    expect([mayPass(error), mayPass(expired())]).toEqual([true, false]);
  });

  test('raise an alarm once messages have waited for a minute, and clear it once the hub agrees', () => {
    const { mayPass, time, hear, alarms } = watched(3 * DAY);
    mayPass(expired());
    expect(alarms()).toEqual([]);
    time.passed += MINUTE;
    mayPass(expired());
    expect(alarms()).toEqual(['clock-ahead']);
    time.wrong = 0;
    hear();
    expect(alarms()).toEqual([]);
  });
});

test('a failure that no clock causes is final, and an operational one temporary, whatever the hub signed', () => {
  const { mayPass } = watched(3 * DAY);
  expect([fail('signature-invalid', ''), fail('directory-stale', '')].map(mayPass)).toEqual([false, true]);
});

test('the alarm of the clock lasts while erasing or judging waits for it', () => {
  const { mayPass, erasingWaits, time, hear, alarms } = watched(3 * DAY);
  erasingWaits(true);
  mayPass(expired());
  time.passed += MINUTE;
  mayPass(expired());
  erasingWaits(false);
  expect(alarms()).toEqual(['clock-ahead']);
  time.wrong = 0;
  hear();
  expect(alarms()).toEqual([]);
});
