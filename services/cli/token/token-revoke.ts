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
    ['token revoke gateway-europol case-system', 'its token is good for nothing from the next request on'],
  ],
  run: async ({ args, home, output }) => {
    const [service = '', name = ''] = args;
    changeCallers(tokenFileOf(home, service).path, (callers) => {
      const others = callers.filter((caller) => caller.name !== name);
      if (others.length < callers.length) return others;
      const names = callers.map((caller) => caller.name);
      const known = names.length === 0 ? ', nor anybody else' : nearestOrAll(name, names);
      throw fail('not-found', `${service} knows no \`${name}\`${known}`);
    });
    output.show({ service, name, revoked: true }, () => `${service} ${name}  revoked`);
    return EXIT.yes;
  },
};
