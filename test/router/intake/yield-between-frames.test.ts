import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createFrameYield } from '../../../services/router/intake/yield-between-frames.js';

test('between two turns what has arrived meanwhile is handled, and the first to come has the first turn', async () => {
  const turn = createFrameYield();
  const happened: string[] = [];
  const work = async (name: string): Promise<void> => {
    await turn();
    happened.push(name);
    // As an answer of the broker that arrives while this frame is opened.
    setImmediate(() => happened.push(`answer to ${name}`));
  };
  await Promise.all(['a', 'b', 'c'].map(work));
  await delay(5);
  expect(happened).toEqual(['a', 'answer to a', 'b', 'answer to b', 'c', 'answer to c']);
});
