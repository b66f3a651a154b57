import { baselineOption } from '../bench-options.js';
import { type BenchGatewayOptions, runBenchGateway } from '../federation/run-bench-gateway.js';
import { parseDuration, parseNumber, parseNumbers } from '../../../services/cli/terminal/parse-options.js';
import type { Verb } from '../../../services/cli/verb.js';

export const verb: Verb<BenchGatewayOptions> = {
  configure: (command) =>
    baselineOption(command)
      .option(
        '--rates <list>',
        'notices a second, one rate after the other',
        parseNumbers(0.1, 10_000, false),
        [5, 25, 50, 100],
      )
      .option('--for <time>', 'how long to measure each rate', parseDuration, 15_000)
      .option(
        '--warm-up <time>',
        'how long to warm up, at the highest rate first and then before each rate',
        parseDuration,
        8_000,
      )
      .option('--idle <time>', 'how long to measure the processes without traffic', parseDuration, 10_000)
      .option('--withdrawals <n>', 'how many notices to withdraw, 10 a second', parseNumber(1, 10_000), 100)
      .option(
        '--members <n>',
        'how many members, with policies like the seven; by default the seven',
        parseNumber(7, 200),
      )
      .option('--separate', 'run each gateway in a process of its own', false),
  starts: 'federation',
  anyHome: true,
  examples: [
    ['bench gateway', 'a whole federation of its own: latency, CPU and memory at four rates'],
    ['bench gateway --rates 20 --for 60s --json', 'one rate, longer; one line'],
    ['bench gateway --rates 5 --members 200', 'two hundred members, all gateways in one process'],
    ['bench gateway --rates 100 --separate', 'each gateway in a process of its own, to compare'],
  ],
  run: runBenchGateway,
};
