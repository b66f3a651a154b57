import { ACTION_REASONS } from '../../shared/notice/action-verbs.js';
import { parseUntil, parseWord } from '../terminal/parse-options.js';
import { type OrderOptions, orderOptions, runOrder } from './run-order.js';
import type { Verb } from '../verb.js';

interface SuspendOptions extends OrderOptions {
  readonly reason: string;
  readonly until: Date;
}

export const verb: Verb<SuspendOptions> = {
  configure: (command) =>
    orderOptions(command)
      .requiredOption('--reason <word>', ACTION_REASONS.suspend.join(', '), parseWord(ACTION_REASONS.suspend))
      .requiredOption('--until <time>', 'a time, or a duration from now; six months at most', parseUntil),
  examples: [
    ['notice suspend 0190b7a2-… --reason under-review --until 30d', 'holders keep it and hide it until then'],
  ],
  run: (call) =>
    runOrder(call, {
      path: 'suspend',
      body: { reason: call.options.reason, until: call.options.until.toISOString() },
    }),
};
