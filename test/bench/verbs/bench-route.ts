import { commonOptions } from '../bench-options.js';
import { type BenchOptions, runBenchRoute } from '../route/run-bench-route.js';
import { parseNumber } from '../../../services/cli/terminal/parse-options.js';
import type { Verb } from '../../../services/cli/verb.js';

export const verb: Verb<BenchOptions> = {
  configure: (command) =>
    commonOptions(command)
      .option('--notices <n>', 'how many', parseNumber(64, 1_000_000), 20_000)
      .option(
        '--window <n>',
        'the maximum number of notices in flight per organisation',
        parseNumber(1, 100_000),
        512,
      )
      .option('--routers <n>', 'routers that share the work', parseNumber(1, 9), 1)
      .option(
        '--actions',
        'also what an action costs beside a notice of about its size, in alternating rounds',
      )
      .option('--series', 'also by size of a notice and of a frame, a twentieth of the notices each'),
  starts: 'federation',
  anyHome: true,
  examples: [
    ['bench route', 'notices a second through the router, and how that compares to a bare pipe'],
    ['bench route --notices 100000 --json', 'longer; one line'],
    [
      'bench route --routers 2',
      'also two routers against one, and how soon one takes over from the other after `kill -9`',
    ],
    [
      'bench route --actions',
      'also withdrawals, restrictions, suspensions, extensions and unseals against the shortest notices',
    ],
    ['bench route --series --json >> lines.ndjson', 'with the series that `bench report` plots'],
  ],
  run: runBenchRoute,
};
