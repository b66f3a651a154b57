import { expect, test } from 'vitest';
import { createAnswers } from './answers.js';
import type { Receipt } from '../../../services/shared/wire/frames.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { until } from '../../support/until.js';

const LARGEST = 512 * 1024;

function receipt(parts: number): Receipt {
  return { statement: 'a'.repeat(400 + 300 * parts), delivery: 'b'.repeat(400 + 300 * parts) };
}

function stored(sent: (readonly Receipt[])[], receipts: readonly Receipt[]): 'stored' {
  sent.push(receipts);
  return 'stored';
}

test('receipt sender: a frame that the broker refuses as full, or does not confirm, is resent before any other', async () => {
  const [sent, troubles]: [(readonly Receipt[])[], unknown[]] = [[], []];
  const outcomes = [() => 'full' as const, () => Promise.reject(new Error('no answer'))];
  const answers = createAnswers({
    send: async (receipts) => outcomes.shift()?.() ?? stored(sent, receipts),
    onTrouble: (trouble) => void troubles.push(trouble),
    pace: 0,
  });
  const [first, second] = [receipt(1), receipt(2)];
  answers.add(first);
  answers.add(second);
  await until('both', () => sent.flat().length === 2);
  await answers.stop();
  expect(sent.flat()).toEqual([first, second]);
  expect(troubles).toHaveLength(1);
});

test('receipt sender: `hurry` sends collected receipts at once', async () => {
  const sent: (readonly Receipt[])[] = [];
  const answers = createAnswers({
    send: async (receipts) => stored(sent, receipts),
    onTrouble: (trouble) => expect.fail(String(trouble)),
    pace: 3_600_000,
  });
  for (let n = 0; n < 3; n += 1) answers.add(receipt(1));
  await until('the first', () => sent.length === 1);
  answers.hurry();
  await until('the others', () => sent.flat().length === 3);
  answers.add(receipt(1));
  await until('one that came later', () => sent.flat().length === 4);
  await answers.stop();
});

test('receipt sender: the first receipt is sent at once, others are collected, and no frame exceeds the limit of the router', async () => {
  const sent: (readonly Receipt[])[] = [];
  const answers = createAnswers({
    send: async (receipts) => stored(sent, receipts),
    onTrouble: (trouble) => expect.fail(String(trouble)),
  });
  answers.add(receipt(1));
  await until('the first', () => sent.length === 1);
  const many = Array.from({ length: 40 }, () => receipt(64));
  for (const one of many) answers.add(one);
  answers.add(receipt(1));
  await until('all of them', () => sent.flat().length === 42);
  await answers.stop();
  expect(sent.flat().slice(1, 41)).toEqual(many);
  expect(sent.length).toBeLessThan(8);
  for (const receipts of sent)
    expect(
      frames.receipt.encode({ statement: 'c'.repeat(4_000), receipts, changes: [] }).length,
    ).toBeLessThanOrEqual(LARGEST);
});
