import { partsOptions } from '../bench-options.js';
import type { PartsOptions } from '../parts/run-bench-trust.js';
import { runBenchWire } from '../parts/run-bench-wire.js';
import type { Verb } from '../../../services/cli/verb.js';

export const verb: Verb<PartsOptions> = {
  configure: partsOptions,
  anyHome: true,
  examples: [
    ['bench wire', 'frames, strict JSON, schemas and SD-JWT, each against the plain parser'],
    ['bench wire --profile wire.cpuprofile', 'also writes a profile that Chromium shows as a flame chart'],
  ],
  run: runBenchWire,
};
