import { compareTests } from '../shared/workbench/brute-force/compare-tests.js';

// `npm test` compares the pairs of the first seeds, and `npm run test:soak` those after these.
compareTests(1_000, 200);
