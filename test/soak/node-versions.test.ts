import { testSmokeUnder } from '../e2e/node-releases.js';

testSmokeUnder(22, 24);
