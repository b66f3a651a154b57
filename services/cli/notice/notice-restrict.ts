import { fail } from '../../shared/kernel/errors.js';
import { ACTION_REASONS } from '../../shared/notice/action-verbs.js';
import { SECTIONS } from '../../shared/notice/kinds.js';
import { requireGateways } from '../home/run-file.js';
import { onlyGatewayClient } from '../http-client.js';
import type { ExitCode } from '../terminal/exit-codes.js';
import { parseList, parseNoticeName, parseWord, parseWords } from '../terminal/parse-options.js';
import type { Call, Verb } from '../verb.js';
import { restrictByPolicy } from './restrict/restrict-by-policy.js';
import { type OrderOptions, runOrder, waitOptions } from './run-order.js';

interface RestrictOptions extends OrderOptions {
  readonly byPolicy?: boolean;
  readonly yes?: boolean;
  readonly lift?: boolean;
  readonly reason: string;
  readonly to?: readonly string[];
  readonly section?: readonly string[];
}

export const verb: Verb<RestrictOptions> = {
  configure: (command) =>
    waitOptions(command)
      .argument('[id]', 'the id of an own notice, or the end of it', parseNoticeName)
      .option('--org <organisation>', 'the originator; without it every gateway of this home is asked')
      .option(
        '--reason <word>',
        ACTION_REASONS.restrict.join(', '),
        parseWord(ACTION_REASONS.restrict),
        'by-originator',
      )
      .option('--to <organisations>', 'these holders; without it all', parseList)
      .option('--section <names>', 'these sections; without it the whole notice', parseWords(SECTIONS))
      .option(
        '--by-policy',
        'instead: take back, from every own notice, what the adopted policies would no longer give',
      )
      .option(
        '--lift',
        'instead: end restrictions by the originator, so that later revisions give this again',
      )
      .option('--yes', 'with `--by-policy`: sign without a question'),
  examples: [
    ['notice restrict 0190b7a2-… --to gccpol --wait', 'one holder erases the whole notice'],
    ['notice restrict 0190b7a2-… --section judicial,biometrics', 'every holder erases two sections'],
    ['notice restrict 0190b7a2-… --lift --to gccpol', 'later revisions go to this holder again'],
    ['notice restrict --by-policy --org europol', 'shows who holds too much of all notices, and asks once'],
  ],
  run: runRestrict,
};

async function runRestrict(call: Call<RestrictOptions>): Promise<ExitCode> {
  const { args, options, home, output, stopping } = call;
  if (options.byPolicy !== true) {
    if (args[0] === undefined) throw fail('usage', 'give the id of a notice, or `--by-policy`');
    if (options.lift !== true) return runOrder(call, { path: 'restrict', body: restriction(options) });
    const code = await runOrder(call, { path: 'lift', body: meantIn(options) });
    output.note('holders get what the policies permit with the next revision: `notice amend`');
    return code;
  }
  if (options.lift === true) throw fail('usage', '`--by-policy` does not go with `--lift`');
  if (args[0] !== undefined || options.to !== undefined || options.section !== undefined)
    throw fail('usage', '`--by-policy` does not go with an id, `--to` or `--section`: the policies decide');
  const gateway = onlyGatewayClient(home, requireGateways(home), options.org);
  return restrictByPolicy({ gateway, yes: options.yes === true, output, stopping });
}

function restriction({ reason, ...meant }: RestrictOptions): object {
  return { reason, ...meantIn(meant) };
}

function meantIn({ to, section }: Pick<RestrictOptions, 'to' | 'section'>): object {
  const sections = section === undefined ? {} : { sections: section };
  return to === undefined ? sections : { holders: to.map((org) => ({ org, ...sections })) };
}
