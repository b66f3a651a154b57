import { baselineOption } from '../bench-options.js';
import { type BenchGrowthOptions, runBenchGrowth } from '../growth/run-bench-growth.js';
import { HISTORY_PARTS } from '../growth/history/growth-history.js';
import {
  parseDuration,
  parseNumber,
  parseNumbers,
  parseWords,
} from '../../../services/cli/terminal/parse-options.js';
import type { Verb } from '../../../services/cli/verb.js';

export const verb: Verb<BenchGrowthOptions> = {
  configure: (command) =>
    baselineOption(command)
      .option(
        '--organisations <list>',
        'members, all of whose gateways run in one process (default: 7,50,200)',
        parseNumbers(7, 200),
      )
      .option('--rate <n>', 'notices a second through these gateways', parseNumber(0.1, 10_000, false), 25)
      .option('--for <time>', 'how long to submit them, after a warm-up as long', parseDuration, 20_000)
      .option(
        '--routed <list>',
        'members whose full frames go through the router, without gateways (default: 7,50,200)',
        parseNumbers(7, 500),
      )
      .option(
        '--held <list>',
        'notices in a gateway (default: 10000,100000,1000000)',
        parseNumbers(1, 100_000_000),
      )
      .option('--sizes <list>', 'KiB of a notice (default: 1,2,10,100)', parseNumbers(1, 120))
      .option(
        '--history <processes>',
        `with a long history: ${HISTORY_PARTS.join(', ')}`,
        parseWords(HISTORY_PARTS),
      )
      .option(
        '--share <n>',
        'the share of the whole history: 1 for 5 GiB of records in the auditor, 1,000,000 own notices in a gateway, 100,608 held pairs',
        parseNumber(0.0001, 1, false),
        1,
      )
      .option(
        '--entries <n>',
        'records without parts before those of the auditor: a log of that many more entries',
        parseNumber(0, 100_000_000),
        0,
      )
      .option(
        '--notices <n>',
        'notices of `--routed` and `--sizes` at each step; at least two full frames per member',
        parseNumber(100, 1_000_000),
        4_000,
      )
      .option(
        '--frame <n>',
        'the maximum number of notices per frame of `--routed` (default: that of a gateway)',
        parseNumber(1, 64),
      ),
  starts: 'federation',
  anyHome: true,
  examples: [
    ['bench growth', 'members, held notices and sizes: what a notice costs as they grow'],
    ['bench growth --organisations 200', 'two hundred gateways in one process, at 25 notices a second'],
    ['bench growth --routed 7,50 --json', 'the router alone by members; one line'],
    ['bench growth --held 10000,100000', 'the database of a gateway alone'],
    ['bench growth --history auditor --share 0.01', 'an auditor with a hundredth of a long history'],
    [
      'bench growth --history auditor --share 0.07 --entries 10000000',
      'an auditor with a log of ten million entries, of which one in a thousand is a whole record',
    ],
  ],
  run: runBenchGrowth,
};
