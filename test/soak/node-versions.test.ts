import { testUnder } from '../e2e/node-releases.js';

testUnder(22, 24);
