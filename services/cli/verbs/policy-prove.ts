import { join } from 'node:path';
import { projectRoot } from '../../shared/runtime/root.js';
import { type ProveOptions, runPolicyProve } from '../policy/run-policy-prove.js';
import type { Verb } from '../verb.js';

export const verb: Verb<ProveOptions> = {
  configure: (command) =>
    command.option('--policies <folder>', 'a folder of policies', join(projectRoot, 'policies')),
  examples: [
    ['policy prove', 'every invariant over all notices and routes; exit 1 with a counterexample'],
    ['policy prove --policies draft --json', 'of a folder of your own; one line'],
  ],
  run: runPolicyProve,
};
