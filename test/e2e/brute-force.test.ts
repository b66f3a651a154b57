import { compareTests } from '../shared/workbench/brute-force/compare-tests.js';

// The pairs of `npm test` come before.
compareTests(1_000, 1_000);
