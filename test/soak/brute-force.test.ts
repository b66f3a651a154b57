import { compareTests } from '../shared/workbench/brute-force/compare-tests.js';

// Those of `npm run test:all` come before. A pair takes some 40 ms: `PAIRS=1000000` takes eleven hours.
compareTests(2_000, Number(process.env['PAIRS'] ?? 10_000));
