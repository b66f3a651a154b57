import { compareTests } from '../shared/workbench/brute-force/compare-tests.js';

// `npm test` compares the pairs of the first seeds.
compareTests(1_000, 1_000);
