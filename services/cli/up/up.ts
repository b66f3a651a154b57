import { parseDuration, parseNumber } from '../terminal/parse-options.js';
import { runUp, type UpOptions } from './run-up.js';
import type { Verb } from '../verb.js';

export const verb: Verb<UpOptions> = {
  configure: (command) =>
    command
      .option('--fresh', 'begin with a new home; what the old one held is lost')
      .option('--for <time>', 'submit for so long after all is ready, settle, and end', parseDuration)
      .option(
        '--routers <n>',
        'routers that share the work, in a new home; what it has unless said',
        parseNumber(1, 9),
      )
      .option('--rate <n>', 'notices a second', parseNumber(0.01, 10_000, false))
      .option('--rogue <percent>', 'share of submissions that break a rule', parseNumber(0, 100, false))
      .option('--seed <text>', 'invent the same notices again')
      .option('--no-traffic', 'invent no notices')
      .option('--after-loss', 'make the streams again: the disk of the broker is lost'),
  streams: true,
  starts: true,
  examples: [
    ['up', 'seven organisations exchange invented notices until Ctrl-C'],
    ['up --for 20s --json', 'twenty seconds; the last line counts what was promised and kept'],
    ['up --no-traffic', 'only what you submit yourself (`liaison notice submit`)'],
    ['up --fresh --routers 2', 'two routers share the work, and either goes on without the other'],
    ['up --fresh --seed 7 --rate 50', 'a new federation, the same fifty notices a second each time'],
  ],
  run: runUp,
};
