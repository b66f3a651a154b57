import { expect, test } from 'vitest';
import { cpu, inRounds, ratioOf } from './rounds.js';

const partsInto = (calls: string[]) =>
  ['a', 'b', 'c'].map((name) => ({
    name,
    operations: 2,
    prepare: () => {
      calls.push(`prepare ${name}`);
      return () => void calls.push(name);
    },
  }));

test('inRounds: parts alternate, the first of a round is the last of the next, and each is prepared in every round', async () => {
  const calls: string[] = [];
  await inRounds(partsInto(calls), { rounds: 1, slice: 0 }, cpu);
  const round = (names: readonly string[]) => names.flatMap((name) => [`prepare ${name}`, name]);
  expect(calls).toEqual([...round(['a', 'b', 'c']), ...round(['c', 'b', 'a'])]);
});

test('inRounds: one warm-up round is not counted, and costs are per operation', async () => {
  let now = 0;
  const meter = { unit: 'µs', waits: true, now: () => (now += 100) } as const;
  const spent = await inRounds(partsInto([]), { rounds: 3, slice: 0 }, meter);
  expect(Object.fromEntries(spent)).toEqual({ a: [50, 50, 50], b: [50, 50, 50], c: [50, 50, 50] });
});

test('inRounds: asynchronous work is measured until it settles', async () => {
  let now = 0;
  const slow = async () => {
    await Promise.resolve();
    now += 7;
  };
  const meter = { unit: 'µs', waits: true, now: () => now } as const;
  const part = { name: 'slow', operations: 1, prepare: () => slow };
  expect((await inRounds([part], { rounds: 1, slice: 0 }, meter)).get('slow')).toEqual([7]);
});

test('ratioOf: the ratio is computed within each round, not from the medians', () => {
  expect(ratioOf([10, 40, 30], [1, 2, 10])).toEqual({ median: 10, least: 3, most: 20 });
});
