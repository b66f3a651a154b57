import { readCallers } from '../../shared/trust/callers.js';
import { EXIT } from '../terminal/exit-codes.js';
import { tokenFileOf, tokenFiles } from './token-files.js';
import { showToken, tokenTable } from './token-table.js';
import type { Verb } from '../verb.js';

export const verb: Verb<object> = {
  configure: (command) =>
    command.argument(
      '[service]',
      '`gateway-<organisation>`, `console` or `auditor`; all of this home unless said',
    ),
  examples: [
    ['token list', 'who may ask which service of this home, for what, since and until when; never a token'],
    ['token list gateway-europol --json | jq -r .name', 'NDJSON, one line a token'],
  ],
  run: async ({ args, home, output }) => {
    const [service] = args;
    const files = service === undefined ? tokenFiles(home) : [tokenFileOf(home, service)];
    const now = new Date();
    const tokens = files.flatMap((file) =>
      readCallers(file.path).map((caller) => showToken(file.service, caller, now)),
    );
    if (output.json) tokens.forEach(output.record);
    else output.print(tokenTable(tokens, output));
    return EXIT.yes;
  },
};
