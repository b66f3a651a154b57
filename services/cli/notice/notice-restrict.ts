import { ACTION_REASONS } from '../../shared/notice/action-verbs.js';
import { SECTIONS } from '../../shared/notice/kinds.js';
import { parseList, parseWord, parseWords } from '../terminal/parse-options.js';
import type { Verb } from '../verb.js';
import { type OrderOptions, orderOptions, runOrder } from './run-order.js';

interface RestrictOptions extends OrderOptions {
  readonly reason: string;
  readonly to?: readonly string[];
  readonly section?: readonly string[];
}

export const verb: Verb<RestrictOptions> = {
  configure: (command) =>
    orderOptions(command)
      .option(
        '--reason <word>',
        ACTION_REASONS.restrict.join(', '),
        parseWord(ACTION_REASONS.restrict),
        'by-originator',
      )
      .option('--to <organisations>', 'these holders; without it all', parseList)
      .option('--section <names>', 'these sections; without it the whole notice', parseWords(SECTIONS)),
  examples: [
    ['notice restrict 0190b7a2-… --to gccpol --wait', 'one holder erases the whole notice'],
    ['notice restrict 0190b7a2-… --section judicial,biometrics', 'every holder erases two sections'],
  ],
  run: (call) => runOrder(call, { path: 'restrict', body: restriction(call.options) }),
};

function restriction({ reason, to, section }: RestrictOptions): object {
  const sections = section === undefined ? {} : { sections: section };
  return to === undefined
    ? { reason, ...sections }
    : { reason, holders: to.map((org) => ({ org, ...sections })) };
}
