import { test } from 'vitest';
import { killAuditor } from '../auditor/log/kill-auditor.js';
import { killProcesses } from '../e2e/faults/kill-processes.js';
import { killRouters, killRoutersInOrder } from '../e2e/faults/kill-routers.js';

const TIME = 3_600_000;

test(
  'soak: kill -9 of router, a gateway and nats-server, 100 times each at random: missing 0, duplicates 0',
  () => killProcesses(100),
  TIME,
);

test(
  'soak: kill -9 of each of two routers 50 times under load: missing 0, duplicates 0',
  () => killRouters(50),
  TIME,
);

test(
  'soak: kill -9 of each of two routers 50 times: every revision of a notice arrives once, in order',
  () => killRoutersInOrder(50),
  TIME,
);

test(
  'soak: kill -9 of the auditor 50 times while records arrive: no size has two roots, and no record is left out',
  () => killAuditor(50),
  TIME,
);
