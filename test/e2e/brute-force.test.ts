import { judgeTests } from '../shared/workbench/judge/judge-tests.js';

// The pairs of `npm test` come before.
judgeTests(1_000, 1_000);
