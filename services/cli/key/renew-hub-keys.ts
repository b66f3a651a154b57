import { existsSync } from 'node:fs';
import type { Home } from '../../shared/runtime/home.js';
import type { Directory, DirectoryKey } from '../../shared/trust/directory.js';
import type { KeyUse } from '../../shared/trust/kid.js';
import { newestDirectory } from '../init/home-directory.js';
import type { KeyFile } from '../init/key-files.js';
import { renewHourly, type RenewalParams } from '../up/renew-hourly.js';
import { rotateKey } from './key-rotate.js';
import { keyFilesFor, kidInFile, listedNext } from './local-keys.js';

/** The uses that are renewed. The operator key of the home is that of the person who runs it; those of others are in their hands. */
const USES: readonly KeyUse[] = ['hub', 'audit', 'log', 'operator', 'directory'];
/** The part of the life of a key after which the next one is made. */
const RENEW_AFTER = 2 / 3;

/**
 * Rotates each key of the hub once a third of its life is left, at most one key an hour, until `stopping` aborts. Without the root key,
 * which lists next keys, it changes over to those that a version lists already. Where a witness policy is set, the key of the log is
 * left to a person: that policy, those of other processes and witnesses over HTTP may name the log by its key.
 */
export function renewHubKeys(
  home: Home,
  { env, ...params }: RenewalParams & { readonly env: NodeJS.ProcessEnv },
): Promise<void> {
  const { say, stopping } = params;
  const uses = USES.filter((use) => use !== 'log' || (env['LIAISON_WITNESS_POLICY'] ?? '') === '');
  return renewHourly('a key of the hub', (now) => renewOne(home, { uses, now, say, stopping }), params);
}

async function renewOne(
  home: Home,
  {
    uses,
    ...params
  }: Pick<RenewalParams, 'say' | 'stopping'> & { readonly now: Date; readonly uses: readonly KeyUse[] },
): Promise<void> {
  const directory = await newestDirectory(home);
  const files = keyFilesFor(home, directory).filter(
    ({ owner, use }) => owner === 'hub' && uses.includes(use),
  );
  const begun = files.find((file) => listedNext(file, directory) !== undefined);
  const due = existsSync(home.rootKey) ? files.find((file) => isDue(file, directory, params.now)) : undefined;
  const file = begun ?? due;
  if (file === undefined) return;
  const { kid } = await rotateKey(home, file, params);
  const why = begun === undefined ? 'a third of its life was left' : 'the next one is listed';
  params.say(`the \`${file.use}\` key of the hub is replaced, as ${why}: ${kid} signs now`);
}

/** True for a key with a third of its life left or less; a person replaces one that is revoked. */
function isDue({ path }: KeyFile, { key }: Directory, now: Date): boolean {
  const listed = key(kidInFile(path) ?? '');
  return listed !== undefined && listed.revokedAt === undefined && ageOf(listed, now) >= RENEW_AFTER;
}

function ageOf({ notBefore, notAfter }: DirectoryKey, now: Date): number {
  return (now.getTime() - notBefore.getTime()) / (notAfter.getTime() - notBefore.getTime());
}
