import { expect, test } from 'vitest';
import { createInboxDrain } from '../../../services/gateway/inbound/inbox-drain.js';

test('gateway inbound: IN counts as drained five seconds after nothing waits in it, and anew for each connection', () => {
  let passed = 0;
  const drain = createInboxDrain(() => passed);
  const after = (ms: number): boolean => {
    passed += ms;
    return drain.isDrained();
  };
  expect(after(60_000)).toBe(false);
  drain.seen(0);
  expect([after(4_999), after(1)]).toEqual([false, true]);
  drain.seen(0);
  expect(after(0)).toBe(true);
  drain.seen(3);
  expect(after(60_000)).toBe(false);
  drain.seen(0);
  expect([after(0), after(5_000)]).toEqual([false, true]);
  drain.connected();
  expect(after(60_000)).toBe(false);
  drain.seen(0);
  expect(after(5_000)).toBe(true);
});
