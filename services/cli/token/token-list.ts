import { readCallers, type Caller } from '../../shared/trust/callers.js';
import { EXIT } from '../terminal/exit-codes.js';
import { type Output, table } from '../terminal/output.js';
import type { Verb } from '../verb.js';
import { tokenFileOf, tokenFiles } from './token-files.js';

export const verb: Verb<object> = {
  configure: (command) =>
    command.argument(
      '[service]',
      '`gateway-<organisation>`, `console` or `auditor`; by default all of this home',
    ),
  examples: [
    ['token list', 'the callers of each service in this home, their scopes and validity; never a token'],
    ['token list gateway-europol --json | jq -r .name', 'NDJSON, one line for each token'],
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

/** A caller of a service, without the hash of its token. */
interface ShownToken {
  readonly service: string;
  readonly name: string;
  readonly scopes: readonly string[];
  /** The organisation to which a console user is limited; null for the federation's own users and other services. */
  readonly org: string | null;
  /** When the token was created; null where that is unknown. */
  readonly since: string | null;
  /** When the token expires; null for one that does not expire. */
  readonly until: string | null;
  readonly ended: boolean;
}

function showToken(service: string, caller: Caller, now: Date): ShownToken {
  const { name, scopes, org = null, since = null, until = null } = caller;
  const ended = until !== null && Date.parse(until) <= now.getTime();
  return { service, name, scopes, org, since, until, ended };
}

function tokenTable(tokens: readonly ShownToken[], output: Pick<Output, 'paint' | 'width'>): string {
  const { red } = output.paint;
  const day = (time: string | null): string => time?.slice(0, 16).replace('T', ' ') ?? '–';
  return table(
    ['service', 'name', 'since', 'ends', 'scopes'],
    tokens.map(({ service, name, since, until, ended, org, scopes }) => [
      service,
      name,
      day(since),
      ended ? red(`ended ${day(until)}`) : day(until),
      `${scopes.join(' ')}${org === null ? '' : ` · sees what ${org} may see`}`,
    ]),
    output,
  );
}
