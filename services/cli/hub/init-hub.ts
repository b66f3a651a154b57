import { counted } from '../../shared/wire/counted.js';
import { InvalidArgumentError } from 'commander';
import { fail } from '../../shared/kernel/errors.js';
import { MAX_MEMBERS } from '../../shared/kernel/ids.js';
import { shippedPolicies } from '../../shared/runtime/root.js';
import { requireHomeContract } from '../../shared/trust/home-contract.js';
import { rememberPolicies } from '../home/home-defaults.js';
import { withPolicies } from '../home/policies-folder.js';
import { findRunning } from '../home/run-file.js';
import { EXIT } from '../terminal/exit-codes.js';
import { parseNumber } from '../terminal/parse-options.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import { lockHome } from '../up/lock.js';
import type { Verb } from '../verb.js';
import { createHub } from './prepare-hub.js';

interface InitHubOptions {
  readonly members: number;
  readonly routers: number;
  readonly operator: string;
  readonly listen?: string;
  readonly host?: readonly string[];
  readonly rootElsewhere?: string;
  readonly policies: string;
  readonly force?: boolean;
}

export const verb: Verb<InitHubOptions> = {
  configure: (command) =>
    withPolicies(command, 'the folder of policies, which names the federation')
      .option(
        '--members <n>',
        'how many members the broker has room for; it cannot be changed later',
        parseNumber(1, MAX_MEMBERS),
        64,
      )
      .option('--routers <n>', 'the number of routers', parseNumber(1, 9), 1)
      .option('--operator <person>', 'who holds the operator key', 'operator of the hub')
      .option(
        '--listen <host:port>',
        'the address at which the gateways of members reach the broker',
        parseAddress,
      )
      .option(
        '--host <name...>',
        'further host names or addresses under which members reach the broker',
        parseHost,
      )
      .option(
        '--root-elsewhere <file>',
        'where to write the root key, outside the home; the file must not exist',
      )
      .option('--force', 'create the home again, and delete its contents'),
  anyHome: true,
  examples: [
    ['init hub --members 64 --home /var/lib/liaison', 'the home of a hub, which organisations join'],
    ['init hub --listen 10.0.0.1:4222', 'its broker listens on an address of this machine'],
    ['init hub --listen 0.0.0.0:4222 --host hub.example.org', 'members reach it under a name'],
  ],
  run: async ({ options, home, output }) => {
    const { force = false, ...others } = options;
    if (findRunning(home) !== undefined)
      throw fail('busy', `a federation runs in \`${home.root}\`: stop it first`);
    if (!force) requireHomeContract(home);
    const lock = lockHome(home);
    try {
      const hub = { ...others, force, now: new Date(), say: output.note };
      const { federation, version } = await createHub(home, hub);
      if (options.policies !== shippedPolicies) rememberPolicies(home, options.policies);
      const { members } = options;
      output.show(
        { home: home.root, federation, members, version },
        () => `${home.root}: the hub of \`${federation}\`, with room for ${counted(members, 'member')}`,
      );
      if (options.rootElsewhere !== undefined)
        output.note(`keep \`${options.rootElsewhere}\` away from this machine: new members need it`);
      output.note(`start it: ${suggestedCommand('hub start')}`);
      return EXIT.yes;
    } finally {
      lock.release();
    }
  },
};

const ADDRESS = /^(?:[A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9a-f:]+\]):[0-9]{1,5}$/;

const HOST = /^(?:[A-Za-z0-9][A-Za-z0-9.-]*|[0-9a-f:]+)$/;

/** Collects host names and addresses, which become names of a certificate. */
function parseHost(text: string, before: readonly string[] = []): readonly string[] {
  if (HOST.test(text)) return [...before, text];
  throw new InvalidArgumentError('expected a host name or address such as `hub.example.org`');
}

/** Parses `host:port`. */
function parseAddress(text: string): string {
  if (ADDRESS.test(text)) return text;
  throw new InvalidArgumentError('expected an address such as `10.0.0.1:4222`');
}
