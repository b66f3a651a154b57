import { fail } from '../../shared/kernel/errors.js';
import { readCallers } from '../../shared/trust/callers.js';
import { type MadeLink, makeSignInLink } from '../../shared/trust/sign-in/sign-in-link.js';
import { newToken } from '../../shared/trust/tokens.js';
import { withWriteErrors } from '../home/file-errors.js';
import { findRunning } from '../home/run-file.js';
import { EXIT } from '../terminal/exit-codes.js';
import { parseCallerName, parseList, parseUntil } from '../terminal/parse-options.js';
import { timeText } from '../terminal/time-text.js';
import { addCaller, newCaller } from '../token/new-caller.js';
import { changeCallers } from '../token/change-callers.js';
import { type TokenFile, tokenFileOf } from '../token/token-files.js';
import type { Call, Verb } from '../verb.js';

interface InviteOptions {
  readonly roles?: readonly string[];
  readonly org?: string;
  readonly until?: Date;
  readonly url?: string;
}

export const verb: Verb<InviteOptions> = {
  configure: (command) =>
    command
      .argument('<name>', 'the name of the person', parseCallerName)
      .option('--roles <roles>', 'of a new person: `viewer`, and besides `operator`, `author`', parseList)
      .option('--org <organisation>', 'limits a new person to what this organisation may see')
      .option('--until <time>', 'when the access of a new person ends: `90d`, or a time', parseUntil)
      .option('--url <url>', 'the address of the console, where it does not run beside this command'),
  examples: [
    ['console invite anna --roles viewer,operator', 'prints a link that signs in once, within an hour'],
    ['console invite anna', 'another link for the same person; an earlier one ends'],
    ['console invite luc --roles viewer --org europol --until 90d', 'a person who sees what europol may see'],
    ['token revoke console anna', 'ends the access, the sessions and the link of a person'],
  ],
  run: async (call) => {
    const { args, home, options, output } = call;
    const [name = ''] = args;
    const file = tokenFileOf(home, 'console');
    const url = consoleUrl(call);
    const isKnown = readCallers(file.path).some((caller) => caller.name === name);
    const { roles, org, until } = options;
    if (isKnown && [roles, org, until].some((option) => option !== undefined))
      throw fail('usage', `\`${name}\` has access already: \`token revoke\` first, or leave the options out`);
    if (!isKnown) {
      if (roles === undefined) throw fail('usage', `\`${name}\` is new: add \`--roles\``);
      const given = { scopes: roles, ...(org === undefined ? {} : { org }), ...(until && { until }) };
      // Its token is shown and stored nowhere: the person signs in with links alone.
      addCaller(file, await newCaller(file, { args: ['console', name], home, options: given }), newToken());
    }
    const { code, expires } = linkFor(file, home.hub('console', 'links'), name);
    const link = `${url}/#sign-in=${code}`;
    output.show({ name, link, expires: expires.toISOString() }, () => link);
    output.note(output.notePaint.dim(`signs \`${name}\` in once, until ${timeText(expires.toISOString())}`));
    return EXIT.yes;
  },
};

/** Returns the address of the console without a slash at its end. Throws `usage`. */
function consoleUrl({ home, options: { url } }: Call<InviteOptions>): string {
  const address = url ?? findRunning(home)?.console;
  if (address === undefined) throw fail('usage', 'no console of this home runs: add its address as `--url`');
  const parsed = URL.canParse(address) ? new URL(address) : undefined;
  const isAddress = parsed !== undefined && ['http:', 'https:'].includes(parsed.protocol);
  if (isAddress && parsed.pathname === '/' && parsed.search + parsed.hash === '') return parsed.origin;
  throw fail('usage', '`--url`: expected an address such as `https://console.example`');
}

/** Makes a link while no other command changes the callers. */
function linkFor({ path }: TokenFile, folder: string, name: string): MadeLink {
  let made: MadeLink | undefined;
  changeCallers(path, (callers) => {
    const caller = callers.find((one) => one.name === name);
    if (caller !== undefined)
      made = withWriteErrors(folder, () => makeSignInLink(folder, caller.hash, new Date()));
    return callers;
  });
  if (made !== undefined) return made;
  throw fail('not-found', `\`${name}\` was removed meanwhile`);
}
