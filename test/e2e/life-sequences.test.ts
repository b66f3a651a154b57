import { test } from 'vitest';
import { liveThrough } from '../support/lives/live-through.js';

const SEQUENCES = Number(process.env['SEQUENCES'] ?? 100);
const SEED = Number(process.env['SEED'] ?? 1);

test(
  `in ${SEQUENCES} random lives of notices, while routers, gateways or nats-server are killed in random order, every holder converges to what the last actions and policies allow`,
  () => liveThrough({ count: SEQUENCES, seed: SEED, losesDisk: false }),
  900_000,
);
