import { resolve } from 'node:path';
import type { Command } from 'commander';
import { fail } from '../../shared/kernel/errors.js';
import { nearestOrAll } from '../../shared/kernel/nearest.js';
import type { KeyUse } from '../../shared/trust/kid.js';
import { MEMBER_USES } from '../org/join-request.js';
import { parseOrgId } from '../../shared/kernel/ids.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import { writeWhole } from '../../shared/kernel/write-whole.js';
import type { Home } from '../../shared/runtime/home.js';
import type { AskingParams } from '../../shared/trust/directory/ask-for-keys.js';
import { digest } from '../../shared/trust/digest.js';
import { parsePrivateJwk } from '../../shared/trust/jwk.js';
import { readSecret } from '../../shared/trust/secret-file.js';
import { withWriteErrors } from '../home/file-errors.js';
import { newestDirectory } from '../init/home-directory.js';
import { spokenWords } from '../org/spoken-words.js';
import type { Output } from '../terminal/output.js';

/** Adds the option `--signed-by`, which can be given several times. */
export function withApprovers(command: Command): Command {
  return command.option(
    '--signed-by <file>',
    'the key of an approver who signs the request too',
    (file: string, given: readonly string[]) => [...given, file],
    [],
  );
}

export interface SiteParams {
  readonly owner: string;
  /** Files with the private keys of approvers. */
  readonly signedBy: readonly string[];
  readonly output: Output;
}

/** Reads with what the site of an organisation asks. Throws `id-invalid`, `config-invalid`, and `key-invalid` for the key of an approver. */
export async function siteAsking(home: Home, { owner, signedBy, output }: SiteParams): Promise<AskingParams> {
  const org = parseOrgId(owner);
  return {
    org,
    folder: home.org(org),
    directory: await newestDirectory(home, output.note),
    now: new Date(),
    approvers: signedBy.map((path) => parsePrivateJwk(parseStrictJson(readSecret(path)))),
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

/** Parses a use whose key is in the home of an organisation. Throws `usage`. */
export function siteUse(use: string): KeyUse {
  const found = MEMBER_USES.find((one) => one === use);
  if (found !== undefined) return found;
  throw fail('usage', `a site has no key for \`${use}\`${nearestOrAll(use, MEMBER_USES)}`);
}
