import { parseDuration, parseNumber } from '../../../services/cli/terminal/parse-options.js';
import type { Verb } from '../../../services/cli/verb.js';
import { type BenchAbsenceOptions, runBenchAbsence } from '../absence/run-bench-absence.js';
import { baselineOption } from '../bench-options.js';

export const verb: Verb<BenchAbsenceOptions> = {
  configure: (command) =>
    baselineOption(command)
      .option('--rate <n>', 'notices per second', parseNumber(0.1, 1_000, false), 4)
      .option('--before <time>', 'how long to measure before one gateway is frozen', parseDuration, 120_000)
      .option('--away <time>', 'how long that gateway stays frozen', parseDuration, 1_200_000)
      .option(
        '--unsettled <n>',
        'frames that wait for it in the second part, without new traffic; 0 leaves that part out',
        parseNumber(0, 100_000),
        6_000,
      )
      .option('--quiet <time>', 'how long to measure in the second part', parseDuration, 120_000),
  starts: 'federation',
  anyHome: true,
  examples: [
    [
      'bench absence',
      'one gateway away for 20 minutes: what it costs the others, and whether everything arrives once',
    ],
    ['bench absence --away 2m --unsettled 500 --json', 'a short form; one line'],
  ],
  run: runBenchAbsence,
};
