import { resolve } from 'node:path';
import type { Command } from 'commander';
import { fail } from '../../shared/kernel/errors.js';
import { nearestOrAll } from '../../shared/kernel/nearest.js';
import type { MemberUser } from '../../shared/bus/accounts.js';
import { MEMBER_USES } from '../org/join-request.js';
import { parseOrgId } from '../../shared/kernel/ids.js';
import { writeWhole } from '../../shared/kernel/write-whole.js';
import type { Home } from '../../shared/runtime/home.js';
import {
  askForApproverKey,
  askForNextKey,
  type AskingParams,
} from '../../shared/trust/directory/ask-for-keys.js';
import { askForNextNkey } from '../../shared/trust/directory/ask-for-nkey.js';
import { digest } from '../../shared/trust/digest.js';
import { readPrivateJwk } from '../../shared/trust/secret-file.js';
import { requireOutside } from '../home/require-outside.js';
import { withWriteErrors } from '../home/file-errors.js';
import { newestDirectory } from '../init/home-directory.js';
import { spokenWords } from '../org/spoken-words.js';
import type { Output } from '../terminal/output.js';
import { parseRepeated } from '../terminal/parse-options.js';
import { refuseOptions } from './refuse-options.js';

/** Adds the option `--signed-by`, which can be given several times. */
export function withApprovers(command: Command): Command {
  return command.option(
    '--signed-by <file>',
    'at a site: the key of an approver who signs the request too',
    parseRepeated,
  );
}

/** Adds the options of a request for the next key. */
export function withNextKey(command: Command): Command {
  return withApprovers(command)
    .option('--person <name>', 'at a site, for `approver`: who holds the next key')
    .option(
      '--key-out <file>',
      'at a site, for `approver`: where to write the private key, outside the home',
    );
}

/** The options of `withNextKey` besides those of `withApprovers`. */
export interface ApproverKeyOptions {
  readonly person?: string | undefined;
  readonly keyOut?: string | undefined;
}

export interface SiteParams {
  readonly owner: string;
  /** Files with the private keys of approvers. */
  readonly signedBy?: readonly string[] | undefined;
  readonly output: Output;
}

/**
 * Reads what a request of a site is made from: the directory, and the keys of the approvers who sign it too. Throws `id-invalid`,
 * `config-invalid`, and `key-invalid` for the key of an approver.
 */
export async function siteAsking(
  home: Home,
  { owner, signedBy = [], output }: SiteParams,
): Promise<AskingParams> {
  const org = parseOrgId(owner);
  return {
    org,
    folder: home.org(org),
    directory: await newestDirectory(home, output.note),
    now: new Date(),
    approvers: signedBy.map(readPrivateJwk),
  };
}

/** Writes a request to a file, and shows it with the words to read to the hub. */
export function writeRequest(output: Output, text: string, file: string): void {
  const request = resolve(file);
  withWriteErrors(request, () => writeWhole(request, text));
  const words = spokenWords(digest(text));
  output.show({ request, digest: digest(text), words }, () =>
    [
      `${request}: send it to the hub, which can use it once within 7 days`,
      `read these words to the hub: ${output.paint.bold(words)}`,
    ].join('\n'),
  );
}

/**
 * Makes the next key of a use, or the next nkey of the gateway or the tail, and returns the request for it. Throws `usage` for another use
 * and for options that this use does not have, and as `askForNextKey` and `askForNextNkey` do.
 */
export function askForKey(
  home: Home,
  use: string,
  { person, keyOut, ...asking }: AskingParams & ApproverKeyOptions,
): Promise<string> {
  const found = MEMBER_USES.find((one) => one === use);
  if (found !== undefined || isNkeyUse(use))
    refuseOptions({ '--person': person, '--key-out': keyOut }, `for a key of use \`${use}\``);
  if (isNkeyUse(use)) return askForNextNkey(USER_OF[use], asking);
  if (found !== undefined) return askForNextKey(found, asking);
  if (use !== 'approver')
    throw fail('usage', `a site has no key for \`${use}\`${nearestOrAll(use, SITE_USES)}`);
  if (person === undefined || keyOut === undefined)
    throw fail('usage', 'an approver key needs `--person` and `--key-out`');
  const path = resolve(keyOut);
  requireOutside(path, home);
  return askForApproverKey({ person, path }, asking);
}

/** The users that log in to the broker with the nkeys of a site, by the word for the nkey where the use of a key is named. */
export const USER_OF = { nkey: 'gateway', tail: 'tail' } as const satisfies Record<string, MemberUser>;
export type NkeyUse = keyof typeof USER_OF;

/** True for the word for an nkey of a site. */
export function isNkeyUse(use: string): use is NkeyUse {
  return Object.hasOwn(USER_OF, use);
}

/** The uses of the keys that a site asks for. */
export const SITE_USES: readonly string[] = [...MEMBER_USES, 'approver', ...Object.keys(USER_OF)];
