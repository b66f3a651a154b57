import { newToken, SCOPES } from '../../shared/trust/tokens.js';
import { EXIT } from '../terminal/exit-codes.js';
import { parseCallerName, parseList, parseUntil } from '../terminal/parse-options.js';
import type { Verb } from '../verb.js';
import { addCaller, type CallerOptions, newCaller } from './new-caller.js';
import { tokenFileOf } from './token-files.js';

export const verb: Verb<CallerOptions> = {
  configure: (command) =>
    command
      .argument('<service>', '`gateway-<organisation>`, `console` or `auditor`')
      .argument('<name>', 'the name of the calling system or person', parseCallerName)
      .requiredOption('--scopes <scopes>', `what the token allows: ${scopesText()}`, parseList)
      .option('--org <organisation>', 'at the console: limits the person to what this organisation may see')
      .option(
        '--until <time>',
        'when it expires: `90d`, or a time such as `2031-01-31T00:00:00Z`',
        parseUntil,
      ),
  examples: [
    [
      'token create gateway-europol case-system --scopes notice:write,notice:read',
      'prints the token once; the gateway accepts it from the next request',
    ],
    [
      'token create console europol-night --scopes viewer --org europol --until 90d',
      'a person who sees what europol may see',
    ],
    ['token create auditor inspector --scopes decisions:read --json | jq -r .token', 'prints only the token'],
  ],
  run: async (call) => {
    const { output } = call;
    const [service = ''] = call.args;
    const file = tokenFileOf(call.home, service);
    const token = newToken();
    addCaller(file, await newCaller(file, call), token);
    output.show({ token }, () => token);
    output.note(output.notePaint.dim(`for ${service}; it is shown only once and not stored`));
    return EXIT.yes;
  },
};

const scopesText = (): string =>
  Object.entries(SCOPES)
    .map(([kind, scopes]) => `${kind}: ${scopes.join(', ')}`)
    .join('; ');
