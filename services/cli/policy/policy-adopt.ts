import { fail } from '../../shared/kernel/errors.js';
import { isNote } from '../../shared/ledger/command-content.js';
import { withPolicies } from '../home/policies-folder.js';
import { areRulesReleased } from '../home/rules-source.js';
import { findRunning } from '../home/run-file.js';
import type { Call, Verb } from '../verb.js';
import type { ExitCode } from '../terminal/exit-codes.js';
import type { AdoptOptions } from './adopt/adopt-options.js';
import { askRouters } from './adopt/ask-routers.js';
import { judgeHere } from './adopt/judge-here.js';

export const verb: Verb<AdoptOptions> = {
  configure: (command) =>
    withPolicies(command, 'the folder of policies that the routers read')
      .option('--dry-run', 'only show what the routers would decide about the folder')
      .option(
        '--baseline <digest>',
        'let the routers take this bundle, while none has the one that the ledger names',
      )
      .option('--reason <words>', 'why, with `--baseline`; it stays on the ledger permanently')
      .option('--key <file>', "an operator key (default: the home's `hub/operator/operator.jwk`)"),
  examples: [
    [
      'policy adopt --dry-run',
      'what keeps the saved folder from being adopted; exits with 3 for an unapproved loosening',
    ],
    ['policy adopt', 'the routers look at the folder now, and adopt it or say why not'],
    [
      "policy adopt --baseline 5f2c…e1 --reason 'the disk with the adopted bundle is lost'",
      'ends `policies-missing`: the routers take this bundle, from the folder or from the auditor',
    ],
  ],
  run: runPolicyAdopt,
};

function runPolicyAdopt(call: Call<AdoptOptions>): Promise<ExitCode> {
  const { dryRun = false, baseline, reason } = call.options;
  if ((baseline === undefined) !== (reason === undefined))
    throw fail('usage', '`--baseline` and `--reason` are only given together');
  if (reason !== undefined && !isNote(reason))
    throw fail('usage', '`--reason` must be 1 to 500 characters on one line');
  if (areRulesReleased({ env: call.env, run: findRunning(call.home) }))
    throw fail(
      'usage',
      'members release their rules here, and `policy release --federation` those of the federation',
    );
  if (!dryRun) return askRouters(call);
  if (baseline !== undefined) throw fail('usage', '`--dry-run` judges the folder, not a baseline');
  return judgeHere(call);
}
