import { fail } from '../../shared/kernel/errors.js';
import { didYouMean } from '../../shared/kernel/nearest.js';
import type { Home } from '../../shared/runtime/home.js';
import type { DirectoryKey } from '../../shared/trust/directory.js';
import { readDirectory } from '../../shared/trust/read-directory.js';
import { describeHome } from '../../shared/trust/home-contract.js';
import { NO_SITE, refuseOptions } from './refuse-options.js';
import { revokeAtSite } from './revoke-at-site.js';
import { withApprovers } from './site-asking.js';
import { newestDirectory, signHomeDirectory } from '../init/home-directory.js';
import { EXIT } from '../terminal/exit-codes.js';
import { parsePast } from '../terminal/parse-options.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import { lockDirectory } from '../up/lock.js';
import type { Verb } from '../verb.js';
import { localKeys, keysOf, rotateCommand } from './local-keys.js';

interface RevokeOptions {
  readonly out?: string;
  readonly since?: Date;
  readonly signedBy?: readonly string[];
}

export const verb: Verb<RevokeOptions> = {
  configure: (command) =>
    withApprovers(command)
      .argument('<kid>', 'the id of a key, as `key list` shows it')
      .option('--out <file>', 'at a site: write the request to the hub to a file, instead of sending it')
      .option(
        '--since <time>',
        'at a site: revoke also what the key asked for since then; now by default',
        parsePast,
      ),
  examples: [
    [
      'key revoke europol:notice:1',
      'from now on its signatures are refused; those recorded before remain valid',
    ],
    [
      'key revoke caricompol:receipt:1 --since 2026-11-20T00:00:00Z',
      'at a site: asks the hub to revoke the key, and the keys that it asked for since then',
    ],
  ],
  run: async ({ args: [kid = ''], options, home, output, stopping }) => {
    if (describeHome(home).kind === 'site' || options.out !== undefined)
      return revokeAtSite(home, kid, { ...options, output, stopping });
    refuseOptions({ '--signed-by': options.signedBy, '--since': options.since }, NO_SITE);
    const revoked = await revokeKey(home, kid, { now: new Date(), say: output.note });
    const signs = localKeys(home, await readDirectory(home)).find(
      (place) => place.kid === kid && !place.isReplaced,
    );
    output.show({ ...revoked, signsHere: signs !== undefined }, () =>
      revoked.already
        ? `${kid} was already revoked at ${revoked.revokedAt.toISOString()}: nothing changed`
        : `${kid} is revoked permanently by version ${revoked.version} of the directory; notices it signed that no recipient has received will not be delivered`,
    );
    if (signs !== undefined) output.note(`no key replaces it yet: ${suggestedCommand(rotateCommand(signs))}`);
    return EXIT.yes;
  },
};

/** The result of a revocation. */
interface RevokeResult {
  readonly kid: string;
  readonly revokedAt: Date;
  /** The version of the directory that lists the revocation. */
  readonly version: number;
  /** True when the key was revoked before this call. */
  readonly already: boolean;
}

interface RevokeKeyParams {
  readonly now: Date;
  readonly say: (words: string) => void;
}

/**
 * Signs the next directory with the key permanently revoked from now on; changes nothing for a key that is already revoked.
 * Throws `usage` with the nearest id for an unknown one, `forbidden` without a key that may sign it, `busy` while another
 * process signs.
 */
export async function revokeKey(
  home: Home,
  kid: string,
  { now, say }: RevokeKeyParams,
): Promise<RevokeResult> {
  const held = await newestDirectory(home);
  const before = findKey(kid, keysOf(held));
  if (before.revokedAt !== undefined)
    return { kid, revokedAt: before.revokedAt, version: held.version, already: true };
  const lock = lockDirectory(home);
  try {
    const { version, key } = await signHomeDirectory(home, { now, revoked: [kid], say });
    return { kid, revokedAt: key(kid)?.revokedAt ?? now, version, already: false };
  } finally {
    lock.release();
  }
}

function findKey(kid: string, keys: readonly DirectoryKey[]): DirectoryKey {
  const found = keys.find((key) => key.kid === kid);
  if (found !== undefined) return found;
  const kids = keys.map((key) => key.kid);
  throw fail('usage', `the directory has no key \`${kid}\`${didYouMean(kid, kids)}`, [
    { path: 'kid', message: 'unknown' },
  ]);
}
