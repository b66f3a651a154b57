import { expect, test } from 'vitest';
import { createHearing } from '../../../services/gateway/evidence/hearing.js';

const heard = { isUp: true, isDrained: true, isConfirmed: true, restored: 0 };

/** Creates the question, whose parts are asked in the state that the test sets. */
function hearing() {
  const state = { ...heard };
  const isHearing = createHearing({
    store: { facts: { number: () => state.restored, text: () => undefined, set: () => undefined } },
    link: { isUp: () => state.isUp },
    drain: { isDrained: () => state.isDrained },
    clockWatch: { isConfirmed: () => state.isConfirmed },
  });
  return (changed: Partial<typeof heard>): boolean => {
    Object.assign(state, heard, changed);
    return isHearing();
  };
}

test.each([
  ['the connection is down', { isUp: false }],
  ['IN was not drained', { isDrained: false }],
  ['the clock is not confirmed by the hub', { isConfirmed: false }],
  ['a restored database is not compared with the ledger yet', { restored: 1 }],
])('a missing answer may have been sent while %s', (_, changed) => {
  const isHearing = hearing();
  expect([isHearing(changed), isHearing({})]).toEqual([false, true]);
});

test('a missing answer was not sent once IN was drained, until the connection breaks', () => {
  const isHearing = hearing();
  expect([isHearing({}), isHearing({ isDrained: false })]).toEqual([true, true]);
  expect([isHearing({ isUp: false }), isHearing({ isDrained: false })]).toEqual([false, false]);
});
