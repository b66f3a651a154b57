import { test } from 'vitest';
import { liveThrough } from '../support/lives/live-through.js';

const SEQUENCES = Number(process.env['SEQUENCES'] ?? 100_000);
const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);

test(
  `soak: in ${SEQUENCES} random lives of notices, with crashes, two routers and a lost broker disk, every holder converges to what the last actions and policies allow`,
  () => liveThrough({ count: SEQUENCES, seed: SEED, losesDisk: true }),
  14_400_000,
);
