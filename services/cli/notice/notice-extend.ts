import { ACTION_REASONS } from '../../shared/notice/action-verbs.js';
import { parseUntil, parseWord } from '../terminal/parse-options.js';
import type { Verb } from '../verb.js';
import { type OrderOptions, orderOptions, runOrder } from './run-order.js';

interface ExtendOptions extends OrderOptions {
  readonly reason: string;
  readonly until: Date;
}

export const verb: Verb<ExtendOptions> = {
  configure: (command) =>
    orderOptions(command)
      .option(
        '--reason <word>',
        ACTION_REASONS.extend.join(', '),
        parseWord(ACTION_REASONS.extend),
        'still-needed',
      )
      .requiredOption('--until <time>', 'its new end: a time, or a duration from now', parseUntil),
  examples: [
    [
      'notice extend 0190b7a2-… --until 400d',
      'it lives longer at every holder: past its present end, at most five years after its issue',
    ],
  ],
  run: (call) => {
    const { reason, until } = call.options;
    return runOrder(call, { path: 'extend', body: { reason, expiresAt: until.toISOString() } });
  },
};
