import { testSmokeUnder } from './node-releases.js';

// README.md names these releases as supported. The oldest, Node 20, runs all other tests; 22 and 24 are in the soak tests.
testSmokeUnder(26);
