import { partsOptions } from '../bench-options.js';
import { type BenchLedgerOptions, runBenchLedger } from '../parts/run-bench-ledger.js';
import { parseNumber } from '../../../services/cli/terminal/parse-options.js';
import type { Verb } from '../../../services/cli/verb.js';

export const verb: Verb<BenchLedgerOptions> = {
  configure: (command) =>
    partsOptions(command).option(
      '--leaves <n>',
      'generated entries of the log in which proofs are made',
      parseNumber(300, 100_000_000),
      1_000_000,
    ),
  anyHome: true,
  examples: [
    [
      'bench ledger',
      'signed records, compare-and-set, the file and the log of the auditor, on the disk of `TMPDIR`',
    ],
    [
      'bench ledger --leaves 10000000',
      'proofs in a log of ten million entries, which take minutes to generate',
    ],
    ['bench ledger --rounds 15 --slice 200ms --json', 'longer; one line'],
  ],
  run: runBenchLedger,
};
