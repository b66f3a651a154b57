import { fail } from '../../shared/kernel/errors.js';
import { EXIT } from '../exit-codes.js';
import { initDemo } from '../init/init-demo.js';
import { ownLine } from '../own-line.js';
import { findRunning } from '../places.js';
import type { Verb } from '../verb.js';

interface InitOptions {
  readonly demo?: boolean;
  readonly force?: boolean;
}

export const verb: Verb<InitOptions> = {
  configure: (command) =>
    command
      .option('--demo', "make every organisation's keys on this machine")
      .option('--force', 'make it anew; what the home holds is lost'),
  examples: [['init --demo', 'a home for `liaison up`, with seven organisations']],
  run: async ({ options, home, output }) => {
    if (options.demo !== true) {
      throw fail('usage', `only a demonstration can be made so far: \`${ownLine('init --demo')}\``);
    }
    if (findRunning(home) !== undefined)
      throw fail('busy', `a federation runs in \`${home.root}\`: end it first`);
    const orgs = await initDemo(home, { force: options.force === true });
    output.note(`every organisation's keys are on this machine: for trying out only`);
    if (output.json) output.record({ home: home.root, organisations: orgs });
    else output.print(`${home.root}: ${orgs.length} organisations (${orgs.join(', ')})`);
    return EXIT.yes;
  },
};
