import { baselineOption } from '../bench-options.js';
import { type BenchSoakOptions, runBenchSoak } from '../federation/run-bench-soak.js';
import { parseDuration, parseNumber } from '../../../services/cli/terminal/parse-options.js';
import type { Verb } from '../../../services/cli/verb.js';

export const verb: Verb<BenchSoakOptions> = {
  configure: (command) =>
    baselineOption(command)
      .option(
        '--rate <n>',
        'notices per second; by default half the highest rate of `bench gateway`',
        parseNumber(0.1, 10_000, false),
        50,
      )
      .option('--for <time>', 'how long to run', parseDuration, 600_000),
  starts: 'federation',
  anyHome: true,
  examples: [
    ['bench soak', 'ten minutes: the memory of every process, and whether everything arrived'],
    ['bench soak --rate 10 --for 8h --json', 'over a night; one line'],
  ],
  run: runBenchSoak,
};
