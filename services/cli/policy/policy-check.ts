import { type CheckOptions, runPolicyCheck } from './check/run-policy-check.js';
import { withPolicies } from '../home/policies-folder.js';
import type { Verb } from '../verb.js';

export const verb: Verb<CheckOptions> = {
  configure: (command) =>
    withPolicies(command)
      .argument('[folder]', 'the same as `--policies <folder>`')
      .option('--strict', 'warnings count as errors')
      .option('--sarif <file>', 'write the findings as SARIF 2.1.0 too')
      .option('--watch', 'again whenever a file of the folder changes'),
  examples: [
    ['policy check', 'rules, schema, directory, cases and invariants; exit 2 when one has an error'],
    ['policy check my-policies --strict', 'another folder; warnings count too'],
    ['policy check --sarif check.sarif', 'for a code host that shows findings beside the lines'],
    ['policy check --watch', 'while you write; Ctrl-C ends it'],
  ],
  run: runPolicyCheck,
};
