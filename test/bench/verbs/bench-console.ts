import { baselineOption } from '../bench-options.js';
import { type BenchConsoleOptions, runBenchConsole } from '../console/run-bench-console.js';
import { parseDuration, parseNumber } from '../../../services/cli/terminal/parse-options.js';
import type { Verb } from '../../../services/cli/verb.js';

export const verb: Verb<BenchConsoleOptions> = {
  configure: (command) =>
    baselineOption(command)
      .option('--rate <n>', 'events per second while memory is sampled', parseNumber(1, 10_000), 200)
      .option('--for <time>', 'how long to sample memory', parseDuration, 600_000)
      .option('--loads <n>', 'how often the page is loaded', parseNumber(1, 100), 7)
      .option('--burst <time>', 'how long to publish a thousand events per second', parseDuration, 10_000),
  starts: 'federation',
  anyHome: true,
  examples: [
    ['bench console', 'ten minutes: first load, answer to a filter, a thousand events a second, memory'],
    ['bench console --for 30s --json', 'short; one line'],
  ],
  run: runBenchConsole,
};
