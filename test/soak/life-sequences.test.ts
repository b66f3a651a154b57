import { test } from 'vitest';
import { liveThroughSequences } from './life-sequences.js';

const SEQUENCES = Number(process.env['SEQUENCES'] ?? 1_000);

test(
  `soak: in ${SEQUENCES} random lives of notices, with crashes, two routers and a lost broker disk, every holder converges to what the last actions and policies allow`,
  () => liveThroughSequences(SEQUENCES),
  7_200_000,
);
