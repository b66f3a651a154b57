import { compareTests } from '../shared/workbench/brute-force/compare-tests.js';

// The pairs before these belong to `npm run test:all`. A pair takes some 40 ms: `PAIRS=1000000` takes eleven
// hours.
compareTests(1_200, Number(process.env['PAIRS'] ?? 10_000));
