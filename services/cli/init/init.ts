import { counted } from '../../shared/wire/counted.js';
import { join } from 'node:path';
import { fail } from '../../shared/kernel/errors.js';
import { requireHomeContract } from '../../shared/trust/home-contract.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import { initDemo } from './init-demo.js';
import { writeSecretJson } from './secrets.js';
import { orgsOf, readFederation } from './home-directory.js';
import { composeLayout, composeTargets } from '../compose/layout.js';
import { lockHome } from '../up/lock.js';
import { prepareHome } from '../up/prepare-home.js';
import type { Home } from '../../shared/runtime/home.js';
import type { Output } from '../terminal/output.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import { findRunning } from '../home/run-file.js';
import type { Verb } from '../verb.js';

interface InitOptions {
  readonly demo?: boolean;
  readonly compose?: boolean;
  readonly force?: boolean;
}

export const verb: Verb<InitOptions> = {
  configure: (command) =>
    command
      .option('--demo', "create every organisation's keys on this machine")
      .option(
        '--compose',
        'prepare the volumes of docker-compose.yml: keep an existing home, and sign the next directory',
      )
      .option(
        '--force',
        'create the home again, and delete its contents; a home of another contract is moved aside',
      ),
  anyHome: true,
  examples: [['init --demo', 'a home for `liaison up`, with seven organisations']],
  run: async ({ options, home, output }) => {
    if (options.demo !== true) {
      throw fail(
        'usage',
        `only a demonstration can be created so far: \`${suggestedCommand('init --demo')}\``,
      );
    }
    if (options.compose !== true && findRunning(home) !== undefined)
      throw fail('busy', `a federation runs in \`${home.root}\`: stop it first`);
    if (options.force !== true || options.compose === true) requireHomeContract(home);
    const lock = lockHome(home);
    try {
      return await (options.compose === true ? initCompose : initHere)(home, options, output);
    } finally {
      lock.release();
    }
  },
};

async function initHere(home: Home, { force = false }: InitOptions, output: Output): Promise<ExitCode> {
  const orgs = await initDemo(home, { force, say: output.note });
  output.note(`every organisation's keys are on this machine: use it for demonstrations only`);
  output.show(
    { home: home.root, organisations: orgs },
    () => `${home.root}: ${counted(orgs.length, 'organisation')} (${orgs.join(', ')})`,
  );
  return EXIT.yes;
}

/**
 * Prepares the home of a composed federation, and keeps what exists. Runs at each start, even while processes
 * use the home.
 */
async function initCompose(home: Home, { force = false }: InitOptions, output: Output): Promise<ExitCode> {
  const orgs = orgsOf(readFederation());
  const layout = composeLayout(orgs);
  const { version, organisations } = await prepareHome(home, { fresh: force, say: output.note, layout });
  writeSecretJson(join(home.root, 'targets.json'), composeTargets(orgs));
  output.print(`${home.root}: ${counted(organisations.size, 'organisation')}, directory version ${version}`);
  return EXIT.yes;
}
