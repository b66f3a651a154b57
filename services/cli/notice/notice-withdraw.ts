import { ACTION_REASONS } from '../../shared/notice/action-verbs.js';
import { parseWord } from '../terminal/parse-options.js';
import { type OrderOptions, orderOptions, runOrder } from './run-order.js';
import type { Verb } from '../verb.js';

interface WithdrawOptions extends OrderOptions {
  readonly reason: string;
}

export const verb: Verb<WithdrawOptions> = {
  configure: (command) =>
    orderOptions(command).requiredOption(
      '--reason <word>',
      ACTION_REASONS.withdraw.join(', '),
      parseWord(ACTION_REASONS.withdraw),
    ),
  examples: [
    [
      'notice withdraw 0190b7a2-… --reason issued-in-error --wait',
      'every holder erases it and signs that it did',
    ],
    [
      'notice withdraw e735c36b95a5 --reason basis-gone --wait --timeout 10s',
      'exits with 4 if a holder has not answered after 10 seconds',
    ],
  ],
  run: (call) => runOrder(call, { path: 'withdraw', body: { reason: call.options.reason } }),
};
