import { partsOptions } from '../bench-options.js';
import { runBenchLedger } from '../parts/run-bench-ledger.js';
import type { PartsOptions } from '../parts/run-bench-trust.js';
import type { Verb } from '../../../services/cli/verb.js';

export const verb: Verb<PartsOptions> = {
  configure: partsOptions,
  anyHome: true,
  examples: [
    ['bench ledger', 'signed records, compare-and-set, and the file of the auditor, on the disk of `TMPDIR`'],
    ['bench ledger --rounds 15 --slice 200ms --json', 'longer; one line'],
  ],
  run: runBenchLedger,
};
