import { partsOptions } from '../bench-options.js';
import { type PartsOptions, runBenchTrust } from '../parts/run-bench-trust.js';
import type { Verb } from '../../../services/cli/verb.js';

export const verb: Verb<PartsOptions> = {
  configure: partsOptions,
  anyHome: true,
  examples: [
    [
      'bench trust',
      'signatures, opening, redaction, signed sets and receipts, each against one verification',
    ],
    ['bench trust --json >> lines.ndjson', 'a line to compare with later: `--baseline lines.ndjson`'],
  ],
  run: runBenchTrust,
};
