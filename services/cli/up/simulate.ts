import { parseDuration, parseNumber } from '../terminal/parse-options.js';
import { runSimulate, type SimulateOptions } from './run-simulate.js';
import type { Verb } from '../verb.js';

export const verb: Verb<SimulateOptions> = {
  configure: (command) =>
    command
      .option('--for <time>', 'submit for so long, then settle (default: 20s, unless --count)', parseDuration)
      .option('--count <n>', 'submit so many notices, then settle', parseNumber(1, 10_000_000))
      .option('--rate <n>', 'notices a second', parseNumber(0.01, 10_000, false))
      .option('--rogue <percent>', 'share of submissions that break a rule', parseNumber(0, 100, false))
      .option('--seed <text>', 'invent the same notices again'),
  streams: true,
  starts: true,
  examples: [
    ['simulate --for 20s --rate 100', 'through the federation that runs, else through one of its own'],
    ['simulate --count 200 --rogue 0 --json', 'two hundred lawful notices; the last line counts'],
  ],
  run: runSimulate,
};
