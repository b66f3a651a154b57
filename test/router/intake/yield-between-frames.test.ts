import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createFrameYield } from '../../../services/router/intake/yield-between-frames.js';

test('router intake: arrived answers are handled between two turns, and turns are given in order', async () => {
  const turn = createFrameYield();
  const happened: string[] = [];
  const work = async (name: string): Promise<void> => {
    await turn();
    happened.push(name);
    // Stands for an answer of the broker that arrives while this frame is opened.
    setImmediate(() => happened.push(`answer to ${name}`));
  };
  await Promise.all(['a', 'b', 'c'].map(work));
  await delay(5);
  expect(happened).toEqual(['a', 'answer to a', 'b', 'answer to b', 'c', 'answer to c']);
});
