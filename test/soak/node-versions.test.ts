import { testSmokeUnder } from './node-releases.js';

// README.md names these releases as supported. The oldest, Node 20, runs all other tests.
testSmokeUnder(22, 24, 26);
