import { expect, test } from 'vitest';
import { createHubSilence } from '../../../services/gateway/inclusion/hub-silence.js';

test('gateway: the silence of the hub grows by thirty seconds at most with each question, and ends with any answer', () => {
  const silence = createHubSilence();
  for (const ms of [0, 20_000, 600_000]) silence.asked(ms, false);
  expect(silence.ms()).toBe(50_000);
  silence.asked(610_000, true);
  silence.asked(620_000, false);
  expect(silence.ms()).toBe(0);
});
