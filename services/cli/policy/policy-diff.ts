import { type DiffOptions, runPolicyDiff } from './diff/run-policy-diff.js';
import { withPolicies } from '../home/policies-folder.js';
import type { Verb } from '../verb.js';

export const verb: Verb<DiffOptions> = {
  configure: (command) =>
    withPolicies(
      command
        .argument('[a]', 'a folder of policies, one that contains `policies/`, or a git revision')
        .argument('[b]', 'what `a` became; with one argument that is compared with the folder of policies')
        .option('--exhaustive', 'over every notice that the rules can tell apart (always)')
        .option('--traffic', 'decide what the auditor recorded again, too'),
      'what one argument is compared with; with none, the folder that is compared with the last commit',
    ),
  examples: [
    ['policy diff', 'what you changed since the last commit'],
    [
      'policy diff ../proposal/policies',
      'what another folder would loosen and tighten; exit 3 unless approved',
    ],
    ['policy diff v0.1.0 HEAD --json', 'two git revisions, for a machine'],
    ['policy diff ../proposal/policies --traffic', 'and how many recorded decisions would be others'],
  ],
  run: runPolicyDiff,
};
