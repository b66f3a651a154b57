import { type ProveOptions, runPolicyProve } from './prove/run-policy-prove.js';
import { withPolicies } from '../home/policies-folder.js';
import type { Verb } from '../verb.js';

export const verb: Verb<ProveOptions> = {
  configure: withPolicies,
  examples: [
    ['policy prove', 'every invariant over all notices and routes; exit 1 with a counterexample'],
    ['policy prove --policies draft --json', 'of a folder of your own; one line'],
  ],
  run: runPolicyProve,
};
