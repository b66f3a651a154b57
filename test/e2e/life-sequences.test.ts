import { test } from 'vitest';
import { liveThrough } from '../support/lives/live-through.js';

const SEQUENCES = Number(process.env['SEQUENCES'] ?? 1_000);
const SEED = Number(process.env['SEED'] ?? 1);

test(
  `in ${SEQUENCES} random lives of notices, with two routers, crashes in random order and a lost broker disk, every holder converges to what the last actions and policies allow`,
  () => liveThrough({ count: SEQUENCES, seed: SEED, losesDisk: true }),
  3_600_000,
);
