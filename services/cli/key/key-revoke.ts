import { fail } from '../../shared/kernel/errors.js';
import { didYouMean } from '../../shared/kernel/nearest.js';
import type { Home } from '../../shared/runtime/home.js';
import type { DirectoryKey } from '../../shared/trust/directory.js';
import { readDirectory } from '../../shared/trust/read-directory.js';
import { newestDirectory, signHomeDirectory } from '../init/home-directory.js';
import { EXIT } from '../terminal/exit-codes.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import { lockDirectory } from '../up/lock.js';
import type { Verb } from '../verb.js';
import { localKeys, keysOf, requireRoot, rotateCommand } from './local-keys.js';

export const verb: Verb<object> = {
  configure: (command) => command.argument('<kid>', 'the id of a key, as `key list` shows it'),
  examples: [
    [
      'key revoke europol:notice:1',
      'from now on it verifies nothing new; what was recorded before stays good',
    ],
  ],
  run: async ({ args: [kid = ''], home, output }) => {
    const revoked = await revokeKey(home, kid, { now: new Date(), say: output.note });
    const signs = localKeys(home, await readDirectory(home)).find(
      (place) => place.kid === kid && !place.isReplaced,
    );
    output.show({ ...revoked, signsHere: signs !== undefined }, () =>
      revoked.already
        ? `${kid} was revoked ${revoked.revokedAt.toISOString()}: nothing is changed`
        : `${kid} is revoked for good, by version ${revoked.version} of the directory; what it signed and nobody received is not delivered`,
    );
    if (signs !== undefined)
      output.note(`nothing signs in its place yet: ${suggestedCommand(rotateCommand(signs))}`);
    return EXIT.yes;
  },
};

/** A key that is revoked, in this version of the directory or one before. */
interface Revoked {
  readonly kid: string;
  readonly revokedAt: Date;
  readonly version: number;
  /** It had been before. */
  readonly already: boolean;
}

interface Revoking {
  readonly now: Date;
  readonly say: (words: string) => void;
}

/**
 * Signs the next directory with the key revoked from now on, for good; one that is revoked already stays as it is. Throws
 * `usage` with the nearest id, `forbidden` without the root key, `busy` while somebody else signs.
 */
export async function revokeKey(home: Home, kid: string, { now, say }: Revoking): Promise<Revoked> {
  const held = await newestDirectory(home);
  const before = findKey(kid, keysOf(held));
  requireRoot(home);
  if (before.revokedAt !== undefined)
    return { kid, revokedAt: before.revokedAt, version: held.version, already: true };
  const lock = lockDirectory(home);
  try {
    const { version, key } = await signHomeDirectory(home, { now, revoked: kid, say });
    return { kid, revokedAt: key(kid)?.revokedAt ?? now, version, already: false };
  } finally {
    lock.release();
  }
}

function findKey(kid: string, keys: readonly DirectoryKey[]): DirectoryKey {
  const found = keys.find((key) => key.kid === kid);
  if (found !== undefined) return found;
  const kids = keys.map((key) => key.kid);
  throw fail('usage', `no key of the directory is called \`${kid}\`${didYouMean(kid, kids)}`, [
    { path: 'kid', message: 'unknown' },
  ]);
}
