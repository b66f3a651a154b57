import { partsOptions } from '../bench/bench-options.js';
import type { PartsOptions } from '../bench/parts/run-bench-trust.js';
import { runBenchWire } from '../bench/parts/run-bench-wire.js';
import type { Verb } from '../verb.js';

export const verb: Verb<PartsOptions> = {
  configure: partsOptions,
  examples: [
    ['bench wire', 'frames, strict JSON, schemas and SD-JWT, each against the plain parser'],
    ['bench wire --profile wire.cpuprofile', 'with what Chromium shows as a flame chart'],
  ],
  run: runBenchWire,
};
