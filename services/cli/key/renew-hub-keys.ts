import { existsSync } from 'node:fs';
import type { Home } from '../../shared/runtime/home.js';
import type { Directory, DirectoryKey } from '../../shared/trust/directory.js';
import type { KeyUse } from '../../shared/trust/kid.js';
import { newestDirectory } from '../init/home-directory.js';
import type { KeyFile } from '../init/key-files.js';
import { renewHourly, type RenewalParams } from '../up/renew-hourly.js';
import { rotateKey } from './key-rotate.js';
import { keyFilesFor, kidInFile } from './local-keys.js';

/**
 * The uses that are renewed. Persons hold `operator` keys; witnesses over HTTP, and the policies that name them, know the log by its
 * key, so that people replace it there too.
 */
const USES: readonly KeyUse[] = ['hub', 'audit', 'directory'];
/** The part of the life of a key after which the next one is made. */
const RENEW_AFTER = 2 / 3;

/**
 * Rotates each key of the hub once a third of its life is left, at most one key an hour, until `stopping` aborts. Does nothing while
 * the root key, which lists them, is not in this home.
 */
export function renewHubKeys(home: Home, params: RenewalParams): Promise<void> {
  const { say, stopping } = params;
  return renewHourly('a key of the hub', (now) => renewOne(home, { now, say, stopping }), params);
}

async function renewOne(
  home: Home,
  params: Pick<RenewalParams, 'say' | 'stopping'> & { readonly now: Date },
): Promise<void> {
  if (!existsSync(home.rootKey)) return;
  const directory = await newestDirectory(home);
  const due = keyFilesFor(home, directory).find((file) => isDue(file, directory, params.now));
  if (due === undefined) return;
  const { kid } = await rotateKey(home, due, params);
  params.say(`a third of the life of the \`${due.use}\` key of the hub was left: ${kid} signs now`);
}

/** True for a key of these uses with a third of its life left or less; a person replaces one that is revoked. */
function isDue({ use, path }: KeyFile, { key }: Directory, now: Date): boolean {
  if (!USES.includes(use)) return false;
  const listed = key(kidInFile(path) ?? '');
  return listed !== undefined && listed.revokedAt === undefined && ageOf(listed, now) >= RENEW_AFTER;
}

function ageOf({ notBefore, notAfter }: DirectoryKey, now: Date): number {
  return (now.getTime() - notBefore.getTime()) / (notAfter.getTime() - notBefore.getTime());
}
