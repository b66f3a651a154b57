import { fail } from '../../shared/kernel/errors.js';
import { type OrgId, parseOrgId } from '../../shared/kernel/ids.js';
import { nearestOrAll } from '../../shared/kernel/nearest.js';
import { hashToken, SCOPES } from '../../shared/trust/tokens.js';
import { requireMembers } from '../home/require-members.js';
import type { Call } from '../verb.js';
import { changeCallers } from './change-callers.js';
import type { TokenFile } from './token-files.js';

/** What a new caller may do. */
export interface CallerOptions {
  readonly scopes: readonly string[];
  readonly org?: string;
  readonly until?: Date;
}

/** A new entry of a `tokens.json`, without the hash of its token. */
interface NewCaller {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly org?: OrgId;
  readonly since: string;
  readonly until?: string;
}

/** The most callers of one service, people of the console included: a file with 5,000 values in all is read by no service. */
const MAX_CALLERS = 256;

/**
 * Validates the options. Throws `usage` for scopes that the service does not have, `organisation-unknown` for
 * an organisation that is not a member.
 */
export async function newCaller(
  { kind, service }: TokenFile,
  { args, options, home }: Pick<Call<CallerOptions>, 'args' | 'options' | 'home'>,
): Promise<NewCaller> {
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

/** Adds a caller, with the hash of the token instead of the token, to the file of the service. Throws `usage` for a known name, `full`. */
export function addCaller({ path, service }: TokenFile, entry: NewCaller, token: string): void {
  changeCallers(path, (callers) => {
    if (callers.some(({ name }) => name === entry.name))
      throw fail(
        'usage',
        `${service} already has a token \`${entry.name}\`: revoke it first, or use another name`,
      );
    if (callers.length >= MAX_CALLERS)
      throw fail('full', `${service} already has ${MAX_CALLERS} callers: revoke some first`);
    const { name, ...rest } = entry;
    return [...callers, { name, hash: hashToken(token, entry.until), ...rest }];
  });
}
