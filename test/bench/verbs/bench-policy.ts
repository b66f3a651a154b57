import { commonOptions } from '../bench-options.js';
import { type BenchPolicyOptions, runBenchPolicy } from '../policy/run-bench-policy.js';
import { parseNumber } from '../../../services/cli/terminal/parse-options.js';
import { withPolicies } from '../../../services/cli/home/policies-folder.js';
import type { Verb } from '../../../services/cli/verb.js';

export const verb: Verb<BenchPolicyOptions> = {
  configure: (command) =>
    withPolicies(commonOptions(command))
      .option('--rounds <n>', 'the number of rounds', parseNumber(1, 15), 5)
      .option(
        '--reloads <n>',
        'how often policies are loaded to measure memory growth',
        parseNumber(1, 100_000),
        1_000,
      )
      .option('--organisations <n>', 'members of the large federation', parseNumber(2, 1_000), 200)
      .option('--series', 'also by number of members and of rules, and by the share of new plans'),
  anyHome: true,
  examples: [
    ['bench policy', 'compiled rules against cedar-wasm, plans, comparisons, and memory over 1,000 reloads'],
    ['bench policy --rounds 11 --json', 'longer; one line'],
    ['bench policy --series --json >> lines.ndjson', 'with the series that `bench report` plots'],
  ],
  run: runBenchPolicy,
};
