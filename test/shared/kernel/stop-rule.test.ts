import { expect, test } from 'vitest';
import { createStopRule } from '../../../services/shared/kernel/stop-rule.js';

test('a request to stop within 500 ms of the first is a copy of it, a later one ends the process at once', () => {
  const calls: string[] = [];
  let time = 10_000;
  const stop = createStopRule({
    first: (why) => calls.push(why),
    again: () => calls.push('again'),
    now: () => time,
  });
  stop('SIGINT');
  for (time of [10_000, 10_003, 10_499]) stop('SIGINT');
  expect(calls).toEqual(['SIGINT']);
  time = 10_500;
  stop('SIGTERM');
  expect(calls).toEqual(['SIGINT', 'again']);
});
