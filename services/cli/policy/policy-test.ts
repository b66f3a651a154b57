import { parseNumber } from '../terminal/parse-options.js';
import { runPolicyTest, type TestOptions } from './test/run-policy-test.js';
import { withPolicies } from '../home/policies-folder.js';
import type { Verb } from '../verb.js';

export const verb: Verb<TestOptions> = {
  configure: (command) =>
    withPolicies(command)
      .option('--coverage', 'which rules and conditions no case showed')
      .option(
        '--min-coverage <percent>',
        'fail when fewer rules or conditions are covered',
        parseNumber(0, 100, false),
      )
      .option('--junit <file>', 'write the results as JUnit XML too')
      .option('--watch', 'again whenever a file of the folder changes'),
  examples: [
    ['policy test', 'every case beside the rules: cases × recipients'],
    ['policy test --coverage --min-coverage 90', 'exit 1 when a case fails or too little is covered'],
    ['policy test --junit report.xml', 'for a CI server'],
    ['policy test --watch', 'while you write; Ctrl-C ends it'],
  ],
  run: runPolicyTest,
};
