import { fail } from '../../shared/kernel/errors.js';
import { nearestOrAll } from '../../shared/kernel/nearest.js';
import { type OrgId, parseOrgId } from '../../shared/kernel/ids.js';
import { hashToken, newToken, SCOPES } from '../../shared/trust/tokens.js';
import { EXIT } from '../terminal/exit-codes.js';
import { requireMembers } from '../home/require-members.js';
import { parseCallerName, parseList, parseUntil } from '../terminal/parse-options.js';
import { changeCallers } from './change-callers.js';
import { type TokenFile, tokenFileOf } from './token-files.js';
import type { Call, Verb } from '../verb.js';

interface CreateOptions {
  readonly scopes: readonly string[];
  readonly org?: string;
  readonly until?: Date;
}

export const verb: Verb<CreateOptions> = {
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
    add(file, { ...(await entryOf(file, call)), token });
    output.show({ token }, () => token);
    output.note(output.notePaint.dim(`for ${service}; it is shown only once and not stored`));
    return EXIT.yes;
  },
};

const scopesText = (): string =>
  Object.entries(SCOPES)
    .map(([kind, scopes]) => `${kind}: ${scopes.join(', ')}`)
    .join('; ');

interface Entry {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly org?: OrgId;
  readonly since: string;
  readonly until?: string;
}

/**
 * Validates the options. Throws `usage` for scopes that the service does not have, `organisation-unknown` for
 * an organisation that is not a member.
 */
async function entryOf(
  { kind, service }: TokenFile,
  { args, options, home }: Call<CreateOptions>,
): Promise<Entry> {
  const { org, until } = options;
  const scopes = [...new Set(options.scopes)];
  const known: readonly string[] = SCOPES[kind];
  const wrong = scopes.filter((scope) => !known.includes(scope));
  if (wrong.length > 0) {
    const words = wrong.map((scope) => `\`${scope}\`${nearestOrAll(scope, known)}`);
    throw fail('usage', `\`--scopes\`: ${service} has no scope ${words.join('; no ')}`);
  }
  if (kind === 'console' && !scopes.includes('viewer'))
    throw fail('usage', '`--scopes`: add `viewer`, which `operator` and `author` need');
  if (org !== undefined && kind !== 'console')
    throw fail('usage', '`--org` is only for the console: a gateway belongs to one organisation');
  await requireMembers(home, org === undefined ? [] : [org]);
  return {
    name: args[1] ?? '',
    scopes,
    ...(org === undefined ? {} : { org: parseOrgId(org) }),
    since: new Date().toISOString(),
    ...(until === undefined ? {} : { until: until.toISOString() }),
  };
}

/** Adds the entry, with the hash of the token instead of the token, to the file of the service. */
function add({ path, service }: TokenFile, { token, ...entry }: Entry & { readonly token: string }): void {
  changeCallers(path, (callers) => {
    if (callers.some(({ name }) => name === entry.name))
      throw fail(
        'usage',
        `${service} already has a token \`${entry.name}\`: revoke it first, or use another name`,
      );
    const { name, ...rest } = entry;
    return [...callers, { name, hash: hashToken(token, entry.until), ...rest }];
  });
}
