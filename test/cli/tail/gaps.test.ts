import { expect, test } from 'vitest';
import { createGapCounter } from '../../../services/cli/tail/gaps.js';

test("gap counter: a jump in a source's numbers is the number of missed events", () => {
  const gaps = createGapCounter();
  const missed = [3, 4, 9, 10].map((seq) => gaps.missed({ source: 'router-1', seq }));
  expect(missed).toEqual([0, 0, 4, 0]);
});

test('gap counter: each source is counted separately', () => {
  const gaps = createGapCounter();
  gaps.missed({ source: 'router-1', seq: 5 });
  expect(gaps.missed({ source: 'router-2', seq: 900 })).toBe(0);
});

test('gap counter: a restarted source begins a new count', () => {
  const gaps = createGapCounter();
  gaps.missed({ source: 'router-1', seq: 500 });
  expect(gaps.missed({ source: 'router-1', seq: 1 })).toBe(0);
  expect(gaps.missed({ source: 'router-1', seq: 3 })).toBe(1);
});
