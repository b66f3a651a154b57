import { fail } from '../../shared/kernel/errors.js';
import { nearestOrAll } from '../../shared/kernel/nearest.js';
import { EXIT } from '../terminal/exit-codes.js';
import { changeCallers } from './change-callers.js';
import { tokenFileOf } from './token-files.js';
import type { Verb } from '../verb.js';

export const verb: Verb<object> = {
  configure: (command) =>
    command
      .argument('<service>', '`gateway-<organisation>`, `console` or `auditor`')
      .argument('<name>', 'as `token list` shows it'),
  examples: [
    ['token revoke gateway-europol case-system', 'the gateway refuses the token from the next request'],
  ],
  run: async ({ args, home, output }) => {
    const [service = '', name = ''] = args;
    changeCallers(tokenFileOf(home, service).path, (callers) => {
      const others = callers.filter((caller) => caller.name !== name);
      if (others.length < callers.length) return others;
      const names = callers.map((caller) => caller.name);
      const known = names.length === 0 ? ': it has no tokens' : nearestOrAll(name, names);
      throw fail('not-found', `${service} has no token \`${name}\`${known}`);
    });
    output.show({ service, name, revoked: true }, () => `${service} ${name}  revoked`);
    return EXIT.yes;
  },
};
